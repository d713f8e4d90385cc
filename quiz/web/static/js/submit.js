/*
  Sending a form without leaving the page, where the page has a banner for a lost connection.

  An answer adds nothing to the history, a double tap counts once, and an answer that does not
  get through stays on the page and is sent again. Without this script the form is posted as ever.

  The server says 204 with a Location when there is somewhere to go on to, and otherwise a page,
  which takes the place of this one.
*/

const PAUSES = [1000, 2000, 4000, 8000, 15000];

/* Firefox and Safari have no trusted types; Chromium wants all HTML to pass through a policy with a name. */
const policy = (window.trustedTypes || { createPolicy: (name, rules) => rules }).createPolicy("quiz", {
  createHTML: (text) => text,
});
/* For live-updates.js: there may be only one policy of this name, and what is being sent is not to be disturbed. */
window.quiz = { policy, sending: () => busy || waiting > 0 };

let pressed = null; /* the last button: SubmitEvent.submitter is younger than the oldest browser we promise */
let answer = null; /* what is on its way: form, button, body, tries */
let busy = false;
let waiting = 0;

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button && button.closest("#lost")) again();
  else if (button) pressed = button;
});

/* Enter in a field presses the first button of its form, so there has been a click then too. */
/*
  Another language: the same page comes back in it, with what is marked here. The link alone would lose that.
  Before quick-exit.js, which follows links.
*/
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[hreflang]");
  const form = document.querySelector("form#quiz");
  if (!link || !form || busy || !document.querySelector("#lost")) return;
  event.preventDefault();
  const body = fields(form);
  body.append("do", "look");
  answer = { form, button: null, address: link.href, body, tries: 0 };
  send();
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || !document.querySelector("#lost")) return;
  if (!navigator.cookieEnabled) return; /* loaded again, the page of a posted form is still hers */
  event.preventDefault();
  if (busy) return;
  const body = fields(form);
  const button = pressed && pressed.form === form ? pressed : null;
  if (button && button.name) body.append(button.name, button.value);
  const address = (button && button.getAttribute("formaction")) || form.action;
  answer = { form, button, address, body, tries: 0 };
  send();
});

function fields(form) {
  const body = new URLSearchParams(new FormData(form));
  document.querySelectorAll("#keep input").forEach((field) => body.set(field.name, field.value));
  return body;
}

addEventListener("online", again);

function again() {
  if (waiting) send();
}

async function send() {
  const { form, address, body } = answer;
  clearTimeout(waiting);
  waiting = 0;
  if (!form.isConnected) return; /* she has left: the answer goes with her */
  busy = true;
  mark(true);
  try {
    const { response, text } = await ask(address, { method: "POST", headers: { "Quiz-Send": "1" }, body });
    if (response.status >= 500) throw new Error("not through");
    if (!form.isConnected) return;
    if (onward(response)) {
      location.replace(onward(response));
      return; /* still busy, until the next page is here */
    }
    busy = false;
    show(new DOMParser().parseFromString(policy.createHTML(text), "text/html"));
    if (form.action.split("#")[0] !== address.split("#")[0]) history.replaceState(null, "", address);
  } catch (error) {
    if (!form.isConnected) return;
    busy = false;
    wait();
  }
}

/* The whole body, for another page may need other icons and other addresses in its header. */
function show(page) {
  if (page.querySelector("main")) {
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    document.body.replaceWith(document.adoptNode(page.body));
  } else {
    const part = page.querySelector("#now, #part");
    document.getElementById(part.id).replaceWith(document.adoptNode(part));
    document.title = document.querySelector("#now").dataset.title; /* no longer that of a mistake */
    document.querySelector("[role=status]").textContent = "";
    document.querySelector("#lost").hidden = true;
  }
  scrollTo(0, 0);
  const first = document.querySelector(".errors") || document.querySelector("main");
  first.tabIndex = -1;
  first.focus();
  goOn();
  dispatchEvent(new Event("shown"));
}

/* A story grows at its end: show and read out what was chosen, and what came of it. */
function goOn() {
  const newest = document.querySelector("form #newest");
  if (!newest || document.querySelector(".errors")) return;
  newest.focus({ preventScroll: true });
  newest.scrollIntoView();
}

goOn();

function wait() {
  const lost = document.querySelector("#lost");
  mark(false);
  lost.hidden = false;
  lost.scrollIntoView({ block: "nearest" });
  waiting = setTimeout(send, PAUSES[Math.min(answer.tries, PAUSES.length - 1)]);
  answer.tries += 1;
}

function mark(sending) {
  const lost = document.querySelector("#lost");
  if (answer.button) answer.button.setAttribute("aria-disabled", sending);
  document.querySelector("[role=status]").textContent = sending ? lost.dataset.sending : "";
}
