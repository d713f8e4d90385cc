/*
  Says under each question how many are counted so far, while numbers are being typed, and keeps them as a
  draft. The server says the same when they are sent; without this script they are kept by a button.
*/

const QUIET = 2000;

const form = document.querySelector("[data-sums]");
let timer = null;

function number(input) {
  return Number.parseInt(input.value, 10) || 0;
}

function add() {
  const people = number(form.querySelector("[data-people]"));
  for (const question of form.querySelectorAll("[data-sum]")) {
    const chosen = [...question.querySelectorAll("input")].map(number).reduce((a, b) => a + b, 0);
    const line = question.querySelector("[data-left]");
    const words = chosen > people ? line.dataset.more : line.dataset.words;
    line.textContent = people ? words.replace("{chosen}", chosen).replace("{left}", Math.abs(people - chosen)) : "";
  }
}

function keepSoon() {
  form.querySelector("[data-kept]").hidden = true;
  clearTimeout(timer);
  timer = setTimeout(keep, QUIET);
}

/* What cannot be kept, without a network or because it is no number, is tried again with the next figure. */
async function keep() {
  const body = new URLSearchParams(new FormData(form));
  body.set("do", "meanwhile");
  try {
    const { response } = await ask(form.action, { method: "POST", body });
    if (response.status === 403) dispatchEvent(new Event("signedout"));
    form.querySelector("[data-kept]").hidden = response.status !== 204;
  } catch (error) {
    /* nothing was promised */
  }
}

if (form) {
  form.addEventListener("input", () => {
    add();
    keepSoon();
  });
  form.addEventListener("submit", () => clearTimeout(timer));
}
