/*
  Sending a form without leaving the page, where the page has a banner for a lost connection.

  An answer adds nothing to the history, a double tap counts once, and an answer that does not
  get through stays on the page and is sent again. Without this script the form is posted as ever.

  The server says 204 with a Location when there is somewhere to go on to, and otherwise a page,
  which takes the place of this one; its Content-Location is its address.
*/

const RETRY_DELAYS = [1000, 2000, 4000, 8000, 15000];

/* Firefox and Safari have no trusted types; Chromium wants all HTML to pass through a policy with a name. */
const policy = (window.trustedTypes || { createPolicy: (name, rules) => rules }).createPolicy("quiz", {
  createHTML: (text) => text,
});
/* For live-updates.js: there may be only one policy of this name, and what is being sent is not to be disturbed. */
window.quiz = { policy, sending: () => busy || retryTimer > 0 };

let lastButton = null; /* the last button: SubmitEvent.submitter is younger than the oldest browser we promise */
let pending = null; /* what is on its way: form, button, body, tries */
let busy = false;
let retryTimer = 0;

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button && button.closest("#lost")) retry();
  else if (button) lastButton = button;
});

/*
  Another language: the same page comes back in it, with what is marked here. The link alone would lose that.
  Before leave.js, which follows links.
*/
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[hreflang]");
  const form = document.querySelector("form#quiz");
  if (!link || !form || busy || !document.querySelector("#lost")) return;
  event.preventDefault();
  const body = formData(form);
  body.append("do", "look");
  pending = { form, button: null, address: link.href, body, tries: 0 };
  send();
}, true);

/* Enter in a field presses the first button of its form, so there has been a click then too. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || !document.querySelector("#lost")) return;
  if (!navigator.cookieEnabled) return; /* loaded again, the page of a posted form is still hers */
  event.preventDefault();
  if (busy) return;
  const body = formData(form);
  const button = lastButton && lastButton.form === form ? lastButton : null;
  if (button && button.name) body.append(button.name, button.value);
  const address = (button && button.getAttribute("formaction")) || form.action;
  pending = { form, button, address, body, tries: 0 };
  send();
});

function formData(form) {
  const body = new URLSearchParams(new FormData(form));
  document.querySelectorAll("#keep input").forEach((field) => body.set(field.name, field.value));
  return body;
}

addEventListener("online", retry);

function retry() {
  if (retryTimer) send();
}

async function send() {
  const { form, address, body } = pending;
  clearTimeout(retryTimer);
  retryTimer = 0;
  if (!form.isConnected) return; /* she has left: the answer goes with her */
  busy = true;
  showSending(true);
  try {
    const { response, text } = await request(address, { method: "POST", headers: { "Quiz-Send": "1" }, body });
    if (response.status >= 500) throw new Error("not through");
    if (!form.isConnected) return;
    if (nextUrl(response)) {
      location.replace(nextUrl(response));
      return; /* still busy, until the next page is here */
    }
    busy = false;
    show(new DOMParser().parseFromString(policy.createHTML(text), "text/html"));
    const moved = form.action.split("#")[0] !== address.split("#")[0];
    const shown = response.headers.get("Content-Location") || (moved && address);
    if (shown) history.replaceState(null, "", shown);
  } catch (error) {
    if (!form.isConnected) return;
    busy = false;
    retryLater();
  }
}

/* The whole body, for another page may need other icons and other addresses in its header. */
function show(page) {
  if (page.querySelector("main")) {
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    document.body.replaceWith(document.adoptNode(page.body));
    page.querySelectorAll("head script").forEach(({ src }) => import(src)); /* one that is here does not run again */
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
  focusNewest();
  dispatchEvent(new Event("shown"));
}

/* A story grows at its end: show and read out what was chosen, and what came of it. */
function focusNewest() {
  const newest = document.querySelector("form #newest");
  if (!newest || document.querySelector(".errors")) return;
  newest.focus({ preventScroll: true });
  newest.scrollIntoView();
}

/* What few pages need is named on them. It runs once, and hears of what is shown later. */
function importScripts() {
  document.querySelectorAll("[data-script]").forEach(({ dataset }) => import(dataset.script));
}

focusNewest();
importScripts();
addEventListener("shown", importScripts);
addEventListener("updated", importScripts);

/* Up and Down go round the answers of a story, so that by keyboard none is more than three presses away. */
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const answers = [...document.querySelectorAll(".turn .choice-button")];
  const here = answers.indexOf(document.activeElement);
  if (!step || here < 0) return;
  event.preventDefault();
  answers[(here + step + answers.length) % answers.length].focus();
});

function retryLater() {
  const lost = document.querySelector("#lost");
  showSending(false);
  lost.hidden = false;
  lost.scrollIntoView({ block: "nearest" });
  retryTimer = setTimeout(send, RETRY_DELAYS[Math.min(pending.tries, RETRY_DELAYS.length - 1)]);
  pending.tries += 1;
}

function showSending(sending) {
  const lost = document.querySelector("#lost");
  if (pending.button) pending.button.setAttribute("aria-disabled", sending);
  document.querySelector("[role=status]").textContent = sending ? lost.dataset.sending : "";
}
