/*
  Live updates of a room: server-sent events say when the room has moved, and the page shows it.

  Where no event stream stays open (a proxy that buffers, a phone that slept) the page polls
  instead. Without this script it has a link that loads it again. Nothing that is being chosen,
  pressed, read or sent is disturbed while the room has not moved.
*/

const POLL_INTERVAL = 1500;
const SILENCE_LIMIT = 35000; /* the server gives a sign of life every 15 seconds */
const PARTS = [".site-header", "#now"]; /* what differs from one state of a room to the next */

/* submit.js has the policy for pages where answers are sent; here it is ours. */
const { policy, sending } = window.quiz || {
  policy: (window.trustedTypes || { createPolicy: (name, made) => made }).createPolicy("quiz", {
    createHTML: (text) => text,
  }),
  sending: () => false,
};

const asked = new Set(); /* questions that this page has shown already: they may be answered */
let rendered = copyParts(); /* the parts as the server sent them last */
let eventSource = null;
let streamPath = "";
let lastSign = 0; /* when the stream was opened, or last sent anything */
let alive = false;
let refreshing = false;
let refreshLater = false; /* an update came while none could be shown */
let failed = false;
let pressedAt = 0;

function copyParts() {
  return PARTS.map((part) => document.querySelector(part)).map((each) => each && each.cloneNode(true));
}

/* Keep open the stream that this page needs, and no other: none while the page is hidden. */
function connect() {
  const now = document.querySelector("#now[data-updates]");
  const wanted = now && !document.hidden ? now.dataset.updates : "";
  if (now && now.dataset.asked) asked.add(now.dataset.asked);
  const [path] = wanted.split("?");
  const dead = eventSource && (eventSource.readyState === EventSource.CLOSED || Date.now() - lastSign > SILENCE_LIMIT);
  if (path === streamPath && !dead) return;
  disconnect();
  streamPath = path;
  if (!path) return;
  lastSign = Date.now();
  eventSource = new EventSource(wanted);
  eventSource.addEventListener("beat", markAlive);
  eventSource.addEventListener("refresh", () => { markAlive(); refresh(); });
  eventSource.addEventListener("counts", (event) => { markAlive(); applyCounts(event); });
  eventSource.addEventListener("page", (event) => { markAlive(); applyUpdate(event.data); });
}

function disconnect() {
  if (eventSource) eventSource.close();
  eventSource = null;
  streamPath = "";
  alive = false;
}

function markAlive() {
  lastSign = Date.now();
  alive = true;
}

function parse(text) {
  return new DOMParser().parseFromString(policy.createHTML(text), "text/html");
}

/* Show an update that is the same for every phone: what is personal is kept from this page, or fetched. */
function applyUpdate(text) {
  const now = document.querySelector("#now");
  const page = parse(text);
  const next = page.querySelector("#now");
  if (!now || !next) return;
  if (sending()) {
    refreshLater = true;
    return;
  }
  if (next.dataset.stage === now.dataset.stage) {
    now.dataset.version = next.dataset.version;
    return;
  }
  const slot = next.querySelector("#mine");
  if (asked.has(next.dataset.asked) || (slot && slot.dataset.asked !== now.dataset.asked)) {
    refresh();
    return;
  }
  if (slot) {
    const own = now.querySelector("#mine");
    if (own) slot.replaceWith(document.adoptNode(own));
    else slot.remove();
  }
  show(page, next.dataset.title);
}

/* Show how many have joined and answered, unless the room has moved or the page asks about it. */
function applyCounts({ data, lastEventId }) {
  const now = document.querySelector("#now");
  const before = rendered[1].querySelector("#counts");
  const after = parse(data).querySelector("#counts");
  if (!before || !after || now.dataset.version.split("-")[0] !== lastEventId) return;
  if (now.dataset.follow.includes("ask=")) {
    refresh();
    return;
  }
  patch(now.querySelector("#counts"), before, after);
  before.replaceWith(document.adoptNode(after));
}

/* Where the browser refuses cookies, the page carries the token. */
function tokenHeader() {
  const field = document.querySelector("#keep [name=t]");
  return field ? { "Quiz-Token": field.value } : {};
}

/* Fetch this part of the page if the room has moved. */
async function refresh() {
  const now = document.querySelector("#now[data-follow]");
  if (!now || document.hidden) return;
  if (refreshing || sending()) {
    refreshLater = true;
    return;
  }
  const { version } = now.dataset;
  refreshing = true;
  refreshLater = false;
  try {
    const { response, text } = await request(now.dataset.follow, { headers: { "Quiz-Version": version, ...tokenHeader() } });
    failed = response.status >= 500;
    if (response.redirected) {
      dispatchEvent(new Event("signedout"));
    } else if (nextUrl(response)) {
      if (isLoading()) failed = true; /* a press leads to its own page, and must not be broken off */
      else location.replace(nextUrl(response));
    } else if (!now.isConnected || now.dataset.version !== version || sending()) {
      refreshLater = true;
    } else if (response.ok) {
      dispatchEvent(new Event("asked"));
      if (response.status === 200) applyPage(parse(text));
    }
  } catch (error) {
    failed = true; /* the page stays as it is, and is fetched again soon */
  } finally {
    refreshing = false;
    if (refreshLater && !failed) refresh();
  }
}

/* Show a fetched page; where the room has not moved, keep what is chosen here. */
function applyPage(page) {
  const now = document.querySelector("#now");
  const next = page.querySelector("#now");
  if (!next) return;
  if (now.dataset.stage && next.dataset.stage === now.dataset.stage) now.dataset.version = next.dataset.version;
  else show(page, page.title);
}

/* Keep the focus where it is unless that element is gone; move it to a new question, to be read out. */
function show(page, title) {
  const before = document.activeElement;
  const same = heading(rendered[1]) === heading(page);
  if (document.title !== title) document.title = title;
  PARTS.forEach((part, index) => {
    const live = document.querySelector(part);
    const after = page.querySelector(part);
    if (!live || !after) return;
    patch(live, rendered[index], after);
    rendered[index] = after;
  });
  connect();
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
  Change only what differs between two versions from the server: a browser may have translated
  the rest, and somebody may be about to press it. What has another data-stage is replaced.
*/
function patch(live, before, after) {
  if (before.isEqualNode(after)) return;
  if (!matches(before, after) || live.nodeName !== before.nodeName) {
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
  patchChildren(live, [...live.childNodes], [...before.childNodes], [...after.childNodes]);
}

/* Keep the children that match at the beginning and at the end; replace those between them. */
function patchChildren(live, lives, befores, afters) {
  const most = lives.length === befores.length ? Math.min(befores.length, afters.length) : 0;
  const pairs = [];
  let head = 0;
  while (head < most && matches(befores[head], afters[head])) {
    pairs.push([lives[head], befores[head], afters[head]]);
    head += 1;
  }
  let tail = 0;
  while (tail < most - head && matches(befores[befores.length - 1 - tail], afters[afters.length - 1 - tail])) {
    tail += 1;
    pairs.push([lives, befores, afters].map((each) => each[each.length - tail]));
  }
  const next = tail ? lives[lives.length - tail] : null;
  lives.slice(head, lives.length - tail).forEach((each) => each.remove());
  afters.slice(head, afters.length - tail).forEach((each) => live.insertBefore(document.importNode(each, true), next));
  pairs.forEach((each) => patch(...each));
}

function matches(before, after) {
  return before.nodeName === after.nodeName && (before.nodeType !== Node.ELEMENT_NODE
    || ["id", "class", "data-stage"].every((name) => before.getAttribute(name) === after.getAttribute(name)));
}

/* On pages of staff a press loads a page: until it has come, ignore a second press of a clicker. */
document.addEventListener("submit", (event) => {
  if (window.quiz) return;
  if (isLoading()) event.preventDefault();
  else pressedAt = Date.now();
});

function isLoading() {
  return Date.now() - pressedAt < TIMEOUT;
}

/* submit.js has shown the server's reply; the room may have moved while it was on its way. */
addEventListener("shown", () => {
  rendered = copyParts();
  connect();
  if (refreshLater) refresh();
});

setInterval(() => {
  connect();
  if (failed || !alive) refresh();
}, POLL_INTERVAL);
document.addEventListener("visibilitychange", () => {
  connect();
  refresh();
});
addEventListener("online", refresh);
addEventListener("pagehide", disconnect);
addEventListener("pageshow", () => {
  pressedAt = 0;
  connect();
});
addEventListener("leaving", disconnect);
connect();
