/*
  Following a room: the page asks whether the room has moved, and shows where it is now.

  Without this script the page has a link that loads it again. It asks only while the page can be
  seen, and at once when a phone wakes; nothing that is being chosen or sent is disturbed while the
  room stands still.
*/

const EVERY = 1500;

/* send.js has the policy for pages where answers are sent; here it is ours. */
const rules = window.quizPolicy || (window.trustedTypes || { createPolicy: (name, made) => made }).createPolicy("quiz", {
  createHTML: (text) => text,
});

let asking = false;

async function look() {
  const now = document.querySelector("#now[data-follow]");
  if (!now || asking || document.hidden) return;
  asking = true;
  try {
    const response = await fetch(now.dataset.follow, {
      headers: { "Quiz-Version": now.dataset.version },
      credentials: "same-origin",
    });
    if (response.status === 200 && now.isConnected) {
      const page = new DOMParser().parseFromString(rules.createHTML(await response.text()), "text/html");
      const next = page.querySelector("#now");
      if (next && now.isConnected && next.dataset.version !== now.dataset.version) show(page);
    }
  } catch (error) {
    /* The line is lost: the page stays as it is, and the next look tells. */
  } finally {
    asking = false;
  }
}

/* A heading that is the same keeps the place; a new one is read out. */
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
    return;
  }
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

setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
addEventListener("online", look);
