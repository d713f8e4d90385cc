/*
  Following a room: the server tells the page when the room moves, and the page shows it.

  Where no line stays open (a proxy that holds everything back, a phone that slept) the page asks
  again and again instead. Without this script it has a link that loads it again. Nothing that is
  being chosen or sent is disturbed while the room stands still.
*/

const EVERY = 1500;
const SILENCE = 35000; /* the server gives a sign of life every 15 seconds */

/* send.js has the policy for pages where answers are sent; here it is ours. */
const { policy, sending } = window.quiz || {
  policy: (window.trustedTypes || { createPolicy: (name, made) => made }).createPolicy("quiz", {
    createHTML: (text) => text,
  }),
  sending: () => false,
};

const asked = new Set(); /* what this page has asked already: she may have answered it */
let line = null;
let address = "";
let heard = 0;
let asking = false;
let late = false;

/* Keep the line that this page needs, and no other. */
function listen() {
  const now = document.querySelector("#now[data-updates]");
  const wanted = now ? now.dataset.updates : "";
  if (now && now.dataset.asked) asked.add(now.dataset.asked);
  const [path] = wanted.split("?");
  if (path === address && !(line && line.readyState === EventSource.CLOSED)) return;
  hang();
  address = path;
  if (!path) return;
  line = new EventSource(wanted);
  line.addEventListener("beat", hear);
  line.addEventListener("look", () => { hear(); look(); });
  line.addEventListener("page", (event) => { hear(); turn(event.data); });
}

function hang() {
  if (line) line.close();
  line = null;
  address = "";
}

function hear() {
  heard = Date.now();
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
    late = true;
    return;
  }
  const question = next.dataset.asked;
  if (question && question === now.dataset.asked) {
    now.dataset.version = next.dataset.version;
    return;
  }
  const place = next.querySelector("#mine");
  if (asked.has(question) || (place && place.dataset.asked !== now.dataset.asked)) {
    look();
    return;
  }
  if (place) {
    const mine = now.querySelector("#mine");
    if (mine) place.replaceWith(document.adoptNode(mine));
    else place.remove();
  }
  const same = heading(document) === heading(page);
  document.title = next.dataset.title;
  now.replaceWith(document.adoptNode(next));
  shown(same);
}

/* Ask where the room stands. */
async function look() {
  const now = document.querySelector("#now[data-follow]");
  if (!now || asking || document.hidden) return;
  if (sending()) {
    late = true;
    return;
  }
  asking = true;
  try {
    const response = await fetch(now.dataset.follow, {
      headers: { "Quiz-Version": now.dataset.version },
      credentials: "same-origin",
    });
    if (response.status === 200 && now.isConnected && !sending()) {
      const page = parse(await response.text());
      const next = page.querySelector("#now");
      if (next && now.isConnected && next.dataset.version !== now.dataset.version) show(page);
    }
  } catch (error) {
    /* The line is lost: the page stays as it is, and the next look tells. */
  } finally {
    asking = false;
  }
}

function show(page) {
  const open = [...document.querySelectorAll("details")].map((each) => each.open);
  const same = heading(document) === heading(page);
  const button = document.activeElement.closest("button[value]");
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
  if (same) {
    document.querySelectorAll("details").forEach((each, index) => { each.open = open[index]; });
    const again = button && document.querySelector(`button[value="${button.value}"]`);
    if (again) again.focus();
  }
  shown(same);
}

/* A heading that is the same keeps the place; a new one is read out. */
function shown(same) {
  listen();
  if (same) return;
  scrollTo(0, 0);
  const main = document.querySelector("main");
  main.tabIndex = -1;
  main.focus();
}

function heading(page) {
  const first = page.querySelector("h1");
  return first ? first.textContent : "";
}

/* A presenter's clicker sends Page Down and Page Up. */
document.addEventListener("keydown", (event) => {
  const button = document.querySelector(`button[data-key="${event.key}"]`);
  if (!button || event.repeat) return;
  event.preventDefault();
  button.click();
});

/* send.js has shown the server's reply; the room may have moved while it was on its way. */
addEventListener("shown", () => {
  listen();
  if (late) look();
  late = false;
});

setInterval(() => {
  listen();
  if (!line || Date.now() - heard > SILENCE) look();
}, EVERY);
document.addEventListener("visibilitychange", () => {
  listen();
  look();
});
addEventListener("online", look);
addEventListener("pagehide", hang);
addEventListener("pageshow", listen);
addEventListener("leaving", hang);
listen();
