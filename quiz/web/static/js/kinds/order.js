/*
  Steps are put in order by pressing them in the order that is meant: each takes the next number, and
  gives it back when it is pressed again. A mouse can drag them, too.

  The selects are what is sent, and all there is without this script.
*/

const DRAG_DISTANCE = 6;

let grabbed = null; /* the step under the mouse: its line, where it was taken, whether it has moved */

function stepsOf(list) {
  return [...list.children].map((line) => ({
    line,
    select: line.querySelector("select"),
    button: line.querySelector("button"),
  }));
}

/* Number the steps that have a place, in this order, and take the number from all others. */
function number(list, placed) {
  const steps = stepsOf(list);
  steps.forEach(({ line, select, button }) => {
    const position = placed.indexOf(line) + 1;
    select.value = position || "";
    button.querySelector("b").textContent = position || "";
    button.firstChild.textContent = position
      ? list.dataset.placed.replace("{position}", position)
      : list.dataset.unplaced;
    line.classList.toggle("is-placed", position > 0);
  });
  list.parentElement.querySelector("[data-restart]").hidden = !placed.length;
}

function placedLines(list) {
  return stepsOf(list)
    .filter(({ select }) => select.value)
    .sort((one, other) => one.select.value - other.select.value)
    .map(({ line }) => line);
}

function announcePosition(line) {
  const { firstChild, lastChild } = line.querySelector("button");
  document.querySelector("[role=status]").textContent = firstChild.textContent + lastChild.textContent;
}

/* Put a button in place of the select of each step. */
function makeSteps() {
  document.querySelectorAll(".rank:not(.rank--steps)").forEach((list) => {
    stepsOf(list).forEach(({ line, select }) => {
      const label = line.querySelector("label");
      const button = document.createElement("button");
      const words = document.createElement("span");
      button.type = "button";
      button.className = "choice-button";
      const place = document.createElement("b");
      words.className = "visually-hidden";
      place.ariaHidden = true; /* the words before it say the same */
      button.append(words, place, ...[...label.children].slice(1));
      line.append(button);
      label.hidden = true;
      select.hidden = true;
    });
    list.classList.add("rank--steps");
    const how = document.querySelector("#how");
    if (how) how.textContent = list.dataset.how;
    number(list, placedLines(list));
  });
}

addEventListener("click", (event) => {
  const button = event.target.closest(".rank--steps button, [data-restart]");
  if (!button) return;
  if ("restart" in button.dataset) {
    const list = button.parentElement.querySelector(".rank");
    number(list, []);
    list.querySelector("button").focus();
    return;
  }
  if (grabbed && grabbed.moved && event.detail) return; /* the press that ends a drag */
  const line = button.parentElement;
  const placed = placedLines(line.parentElement);
  number(line.parentElement, placed.includes(line) ? placed.filter((each) => each !== line) : [...placed, line]);
  announcePosition(line);
});

addEventListener("pointerdown", (event) => {
  const line = event.target.closest(".rank--steps li");
  grabbed = line && event.pointerType === "mouse" && event.button === 0 ? { line, from: event.clientY, moved: false } : null;
});

/* The list takes the order that was pressed so far, and then follows the mouse. */
addEventListener("pointermove", (event) => {
  if (!grabbed || !event.buttons || (!grabbed.moved && Math.abs(event.clientY - grabbed.from) < DRAG_DISTANCE)) return;
  const { line } = grabbed;
  const list = line.parentElement;
  if (!grabbed.moved) list.prepend(...placedLines(list));
  grabbed.moved = true;
  line.classList.add("is-dragged");
  const below = [...list.children].find((each) => {
    const { top, height } = each.getBoundingClientRect();
    return each !== line && event.clientY < top + height / 2;
  });
  if (line.nextElementSibling !== (below || null)) list.insertBefore(line, below || null);
});

addEventListener("pointerup", () => {
  if (!grabbed || !grabbed.moved) return;
  const { line } = grabbed;
  number(line.parentElement, [...line.parentElement.children]);
  line.classList.remove("is-dragged");
  line.querySelector("button").focus();
  announcePosition(line);
});

addEventListener("shown", makeSteps);
addEventListener("updated", makeSteps);
makeSteps();
