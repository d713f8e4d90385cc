/*
  Keeping the card as a picture: what stands on it, drawn on a canvas. Without this script there is
  no button for it, and the card can be printed.
*/

const WIDTH = 1080;
const MARGIN = 90;
const SIZES = { H1: 64, LI: 44 };
const PAPER = "#fffdf8";
const INK = "#14182f";
const ACCENT = "#f07f1e";
const CLOTH = "#262f66";

const save = document.getElementById("save");
save.hidden = false;
save.addEventListener("click", () => {
  const canvas = draw(document.getElementById("card"));
  canvas.toBlob((picture) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(picture);
    link.download = save.dataset.name;
    link.click();
    URL.revokeObjectURL(link.href);
  });
});

/* Twice over: the first time only to learn how high the picture will be. */
function draw(card) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = 1;
  canvas.height = drawLines(card, canvas.getContext("2d")) + 2 * MARGIN;
  const pen = canvas.getContext("2d");
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, WIDTH, canvas.height);
  pen.fillStyle = CLOTH;
  pen.fillRect(0, 0, WIDTH, MARGIN / 2);
  pen.fillRect(0, canvas.height - MARGIN / 2, WIDTH, MARGIN / 2);
  pen.fillStyle = ACCENT;
  pen.fillRect(0, MARGIN / 2, WIDTH, 8);
  drawLines(card, pen);
  return canvas;
}

/* Returns where the last line ends. */
function drawLines(card, pen) {
  let y = MARGIN;
  pen.fillStyle = INK;
  for (const part of card.querySelectorAll("h1, li")) {
    const size = SIZES[part.tagName];
    const weight = part.tagName === "H1" ? "bold" : "normal";
    pen.font = [weight, size + "px", getComputedStyle(part).fontFamily].join(" ");
    let line = part.closest("ol") ? [...part.parentNode.children].indexOf(part) + 1 + ". " : "";
    for (const word of part.textContent.trim().split(/\s+/)) {
      if (pen.measureText(line + word).width > WIDTH - 2 * MARGIN) {
        y += size * 1.4;
        pen.fillText(line, MARGIN, y);
        line = "";
      }
      line += word + " ";
    }
    y += size * 1.4;
    pen.fillText(line, MARGIN, y);
    y += size * 0.6;
  }
  return y;
}
