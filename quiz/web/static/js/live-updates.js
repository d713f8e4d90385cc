/*
  Following a room: the server tells the page when the room moves, and the page shows it.

  Where no line stays open (a proxy that holds everything back, a phone that slept) the page asks
  again and again instead. Without this script it has a link that loads it again. Nothing that is
  being chosen, pressed, read or sent is disturbed while the room stands still.
*/

const EVERY = 1500;
const SILENCE = 35000; /* the server gives a sign of life every 15 seconds */
const PARTS = [".site-header", "#now"]; /* what differs from one state of a room to the next */

/* submit.js has the policy for pages where answers are sent; here it is ours. */
const { policy, sending } = window.quiz || {
  policy: (window.trustedTypes || { createPolicy: (name, made) => made }).createPolicy("quiz", {
    createHTML: (text) => text,
  }),
  sending: () => false,
};

const asked = new Set(); /* what this page has asked already: she may have answered it */
let drawn = copies(); /* the parts as the server sent them last */
let line = null;
let address = "";
let heard = 0; /* when the line was opened, or gave a sign of life */
let alive = false;
let asking = false;
let again = false; /* something arrived that could not be looked at then */
let failed = false;
let pressed = 0;

function copies() {
  return PARTS.map((part) => document.querySelector(part)).map((each) => each && each.cloneNode(true));
}

/* Keep the line that this page needs, and no other: none while nobody sees the page. */
function listen() {
  const now = document.querySelector("#now[data-updates]");
  const wanted = now && !document.hidden ? now.dataset.updates : "";
  if (now && now.dataset.asked) asked.add(now.dataset.asked);
  const [path] = wanted.split("?");
  const dead = line && (line.readyState === EventSource.CLOSED || Date.now() - heard > SILENCE);
  if (path === address && !dead) return;
  hang();
  address = path;
  if (!path) return;
  heard = Date.now();
  line = new EventSource(wanted);
  line.addEventListener("beat", hear);
  line.addEventListener("look", () => { hear(); look(); });
  line.addEventListener("page", (event) => { hear(); turn(event.data); });
}

function hang() {
  if (line) line.close();
  line = null;
  address = "";
  alive = false;
}

function hear() {
  heard = Date.now();
  alive = true;
}

function parse(text) {
  return new DOMParser().parseFromString(policy.createHTML(text), "text/html");
}

/* The same for every phone: what is hers is put into its place, or fetched. */
function turn(text) {
  const now = document.querySelector("#now");
  const page = parse(text);
  const next = page.querySelector("#now");
  if (!now || !next) return;
  if (sending()) {
    again = true;
    return;
  }
  if (next.dataset.stage === now.dataset.stage) {
    now.dataset.version = next.dataset.version;
    return;
  }
  const place = next.querySelector("#mine");
  if (asked.has(next.dataset.asked) || (place && place.dataset.asked !== now.dataset.asked)) {
    look();
    return;
  }
  if (place) {
    const mine = now.querySelector("#mine");
    if (mine) place.replaceWith(document.adoptNode(mine));
    else place.remove();
  }
  show(page, next.dataset.title);
}

/* Where the browser refuses cookies, the page knows whose it is. */
function token() {
  const field = document.querySelector("#keep [name=t]");
  return field ? { "Quiz-Token": field.value } : {};
}

/* Ask where the room stands. */
async function look() {
  const now = document.querySelector("#now[data-follow]");
  if (!now || document.hidden) return;
  if (asking || sending()) {
    again = true;
    return;
  }
  const { version } = now.dataset;
  asking = true;
  again = false;
  try {
    const { response, text } = await ask(now.dataset.follow, { headers: { "Quiz-Version": version, ...token() } });
    failed = response.status >= 500;
    if (response.redirected) {
      dispatchEvent(new Event("signedout"));
    } else if (onward(response)) {
      if (loading()) failed = true; /* a press leads to its own page, and must not be broken off */
      else location.replace(onward(response));
    } else if (!now.isConnected || now.dataset.version !== version || sending()) {
      again = true;
    } else if (response.ok) {
      dispatchEvent(new Event("asked"));
      if (response.status === 200) take(parse(text));
    }
  } catch (error) {
    failed = true; /* the page stays as it is, and is soon looked at again */
  } finally {
    asking = false;
    if (again && !failed) look();
  }
}

/* A phone whose room stands still keeps what is chosen there. */
function take(page) {
  const now = document.querySelector("#now");
  const next = page.querySelector("#now");
  if (!next) return;
  if (now.dataset.stage && next.dataset.stage === now.dataset.stage) now.dataset.version = next.dataset.version;
  else show(page, page.title);
}

/* Nobody is led away from where she is, unless that is gone; a new question is read out. */
function show(page, title) {
  const before = document.activeElement;
  const same = heading(drawn[1]) === heading(page);
  if (document.title !== title) document.title = title;
  PARTS.forEach((part, index) => {
    const live = document.querySelector(part);
    const after = page.querySelector(part);
    if (!live || !after) return;
    mend(live, drawn[index], after);
    drawn[index] = after;
  });
  listen();
  dispatchEvent(new Event("updated"));
  if (document.documentElement.classList.contains("is-staff") ? before.isConnected : same) return;
  const main = document.querySelector("main");
  main.tabIndex = -1;
  main.focus({ preventScroll: true });
  if (!same) scrollTo(0, 0);
}

function heading(part) {
  const first = part && part.querySelector("h1");
  return first ? first.textContent : "";
}

/*
  Change what the server says differently now, and nothing else: a browser may have
  translated it, and somebody may be about to press it. What stands for another stage is new.
*/
function mend(live, before, after) {
  if (before.isEqualNode(after)) return;
  if (!alike(before, after) || live.nodeName !== before.nodeName) {
    live.replaceWith(document.importNode(after, true));
    return;
  }
  if (after.nodeType !== Node.ELEMENT_NODE) {
    live.data = after.data;
    return;
  }
  [...after.attributes].forEach(({ name, value }) => {
    if (before.getAttribute(name) !== value) live.setAttribute(name, value);
  });
  [...before.attributes].forEach(({ name }) => {
    if (!after.hasAttribute(name)) live.removeAttribute(name);
  });
  mendChildren(live, [...live.childNodes], [...before.childNodes], [...after.childNodes]);
}

/* What is alike at the beginning and at the end stays; between them is what came or went. */
function mendChildren(live, lives, befores, afters) {
  const most = lives.length === befores.length ? Math.min(befores.length, afters.length) : 0;
  const pairs = [];
  let head = 0;
  while (head < most && alike(befores[head], afters[head])) {
    pairs.push([lives[head], befores[head], afters[head]]);
    head += 1;
  }
  let tail = 0;
  while (tail < most - head && alike(befores[befores.length - 1 - tail], afters[afters.length - 1 - tail])) {
    tail += 1;
    pairs.push([lives, befores, afters].map((each) => each[each.length - tail]));
  }
  const next = tail ? lives[lives.length - tail] : null;
  lives.slice(head, lives.length - tail).forEach((each) => each.remove());
  afters.slice(head, afters.length - tail).forEach((each) => live.insertBefore(document.importNode(each, true), next));
  pairs.forEach((each) => mend(...each));
}

function alike(before, after) {
  return before.nodeName === after.nodeName && (before.nodeType !== Node.ELEMENT_NODE
    || ["id", "class", "data-stage"].every((name) => before.getAttribute(name) === after.getAttribute(name)));
}

/* A presenter's clicker sends Page Down and Page Up to the wall. */
document.addEventListener("keydown", (event) => {
  const button = document.querySelector(`button[data-key="${event.key}"]`);
  if (!button || event.repeat || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  button.click();
});

/* On pages of staff a press loads a page: until that is here, a second press of a clicker is no other one. */
document.addEventListener("submit", (event) => {
  if (window.quiz) return;
  if (loading()) event.preventDefault();
  else pressed = Date.now();
});

function loading() {
  return Date.now() - pressed < GIVE_UP;
}

/* submit.js has shown the server's reply; the room may have moved while it was on its way. */
addEventListener("shown", () => {
  drawn = copies();
  listen();
  if (again) look();
});

setInterval(() => {
  listen();
  if (failed || !alive) look();
}, EVERY);
document.addEventListener("visibilitychange", () => {
  listen();
  look();
});
addEventListener("online", look);
addEventListener("pagehide", hang);
addEventListener("pageshow", () => {
  pressed = 0;
  listen();
});
addEventListener("leaving", hang);
listen();
