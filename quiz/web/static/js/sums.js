/*
  Says under each question how many are counted so far, while numbers are being typed.
  The server says the same when they are sent; without this script nothing is missing.
*/

const form = document.querySelector("[data-sums]");

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

if (form) {
  form.addEventListener("input", add);
}
