/* Reads a page aloud, after a press: the first button each data-speak, then data-speak="own" its own. */

const speech = window.speechSynthesis;
const buttons = new WeakMap(); /* by part */
let wanted;
let spoken = []; /* or browsers may forget them */

function all(selector) {
  return [...document.querySelectorAll(selector)];
}

function parts() {
  return all("main [data-speak]").filter((part) => !part.closest("details:not([open])"));
}

/* Android writes vi_VN, and knows no other letters. */
function findVoice() {
  const language = new RegExp(`^${document.documentElement.lang}([-_]|$)`, "i");
  return speech.getVoices().filter(({ lang }) => language.test(lang))
    .sort((a, b) => b.localService - a.localService || b.default - a.default)[0];
}

function addButtons() {
  const [template] = all("#speech");
  let block = parts().find((part) => part.closest(".page"));
  if (!template || !block || !findVoice()) return;
  const [line, own] = template.content.children;
  while (!block.parentNode.matches("form, .page")) block = block.parentNode; /* out of legends and lists */
  if (!all(".speech-line")[0]) block.before(line.cloneNode(true));
  if (!wanted) return;
  all("main [data-speak=own]").forEach((part) => buttons.has(part) || addOwn(part, own.cloneNode(true)));
}

function addOwn(part, button) {
  buttons.set(part, button);
  button.title = button.title.replace("…", part.innerText.split(/\s+/, 6).join(" "));
  const host = part.closest("label, button");
  if (host) host.after(button);
  else part.append(button);
  button.parentNode.classList.add("has-speech");
}

function show(pressed, part) {
  all(".speech").forEach((each) => each.setAttribute("aria-pressed", pressed.includes(each)));
  all("[data-speak]").forEach((each) => each.toggleAttribute("data-spoken", each === part));
}

function stop() {
  spoken = [];
  speech.cancel();
  show([]);
}

function update() {
  stop();
  addButtons();
}

/* Sentence by sentence: some voices break off after 15 seconds. */
function read(part, button, voice) {
  for (const [text] of part.innerText.matchAll(/[^.!?…\n]+\S*/g)) {
    const said = new SpeechSynthesisUtterance(text);
    Object.assign(said, { voice, lang: voice.lang });
    said.onstart = () => { if (spoken.includes(said)) show([button, buttons.get(part)], part); };
    said.onend = said.onerror = () => { if (spoken[spoken.length - 1] === said) stop(); };
    spoken.push(said);
    speech.speak(said);
  }
}

function press({ target }) {
  const button = target.closest(".speech");
  if (!button) return;
  const pressed = button.matches("[aria-pressed=true]");
  wanted = true;
  update();
  if (pressed) return;
  show([button]);
  const own = parts().filter((part) => buttons.get(part) === button);
  (own[0] ? own : parts()).forEach((part) => read(part, button, findVoice()));
}


if (speech) {
  update();
  speech.onvoiceschanged = addButtons;
  addEventListener("click", press);
  ["leaving", "pagehide", "visibilitychange", "submit", "shown", "updated"].forEach((name) => addEventListener(name, update));
}
