/*
  Says under each question how many are counted so far, while numbers are being typed, and keeps them as a
  draft. The server says the same when they are sent; without this script they are kept by a button.
*/

const SAVE_DELAY = 2000;

const form = document.querySelector("[data-sums]");
let timer = null;

function number(input) {
  return Number.parseInt(input.value, 10) || 0;
}

function sum(part) {
  return [...part.querySelectorAll("input")].map(number).reduce((a, b) => a + b, 0);
}

function showSums() {
  const people = number(form.querySelector("[data-people]"));
  for (const question of form.querySelectorAll("[data-sum]")) {
    const total = sum(question.querySelector("[data-sheets]"));
    const output = question.querySelector("[data-left]");
    const text = total > people ? output.dataset.more : output.dataset.words;
    output.textContent = people ? text.replace("{chosen}", total).replace("{left}", Math.abs(people - total)) : "";
    for (const line of question.querySelectorAll("[data-line]")) {
      const counted = line.querySelector("[data-line-sum]");
      counted.textContent = total ? counted.dataset.words.replace("{counted}", sum(line)).replace("{sheets}", total) : "";
    }
  }
}

function saveSoon() {
  form.querySelector("[data-kept]").hidden = true;
  clearTimeout(timer);
  timer = setTimeout(save, SAVE_DELAY);
}

/* What cannot be kept, without a network or because it is no number, is tried again with the next figure. */
async function save() {
  const body = new URLSearchParams(new FormData(form));
  body.set("do", "meanwhile");
  try {
    const { response } = await request(form.action, { method: "POST", body });
    if (response.status === 403) dispatchEvent(new Event("signedout"));
    form.querySelector("[data-kept]").hidden = response.status !== 204;
  } catch (error) {
    /* nothing was promised */
  }
}

if (form) {
  form.addEventListener("input", () => {
    showSums();
    saveSoon();
  });
  form.addEventListener("submit", () => clearTimeout(timer));
}
