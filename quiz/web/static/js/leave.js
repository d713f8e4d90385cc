/*
  Leaving, and leaving as little behind as a page can. On every page of a participant.

  Three ways out: the two links marked data-leave, and Shift pressed three times within five
  seconds. Without this script the links still leave; with it they leave at once, and Back does
  not return here.
*/

const PRESS_WINDOW = 5000;
const RETRY_DELAY = 2000;
const TIMEOUT = 10000;

let presses = 0;
let alone = false;
let pressTimer = 0;

/* Nothing is kept that could be looked at while the next page is on its way, however long it takes. */
function hide() {
  document.title = document.querySelector(".quick-exit").dataset.title;
  document.body.textContent = "";
}

/*
  The server forgets first, and only then the browser moves on: a browser that cannot reach anybody
  would put up a page with our name. Until the network is back the page stays blank.
*/
function leave() {
  const link = document.querySelector("a[data-leave]");
  if (!link) return; /* has left already */
  hide();
  const go = () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), TIMEOUT); /* a dead connection answers nothing, ever */
    fetch(link.href, { redirect: "manual", signal: controller.signal }).then(
      () => location.replace(link.href),
      () => setTimeout(go, RETRY_DELAY),
    );
  };
  dispatchEvent(new Event("leaving"));
  go();
}

function announce(what) {
  document.querySelector("[role=status]").textContent = document.querySelector(".quick-exit").dataset[what];
}

function reset() {
  clearTimeout(pressTimer);
  presses = 0;
}

function countPress() {
  presses += 1;
  if (presses === 3) {
    reset();
    leave();
    return;
  }
  if (presses === 1) {
    pressTimer = setTimeout(() => {
      reset();
      announce("expired");
    }, PRESS_WINDOW);
  }
  announce(presses === 1 ? "once" : "twice");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.defaultPrevented || link.target) return;
  if ("leave" in link.dataset) {
    event.preventDefault();
    leave();
  } else if (isInternal(link) && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
    event.preventDefault();
    navigate(link.href);
  }
});

/*
  A quiz stays on the screen until there is something to take its place: a browser that reaches nobody
  would put up a page of its own, and nothing would lead back from it.
*/
function navigate(address) {
  const offline = document.querySelector("#offline");
  if (!offline || !document.querySelector("#lost")) {
    location.replace(address);
    return;
  }
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT);
  fetch(address, { method: "HEAD", redirect: "manual", signal: controller.signal })
    .then(() => location.replace(address), () => { offline.hidden = false; })
    .then(() => clearTimeout(timer));
}

/* Back leads to what was open before us, in one step: so our own links add nothing to the way. */
function isInternal(link) {
  return link.origin === location.origin && !link.hash;
}

/* Shift counts when it is let go, and only by itself: it also makes capitals. */
document.addEventListener("keydown", (event) => {
  alone = event.key === "Shift";
  if (!alone) reset();
});
document.addEventListener("keyup", (event) => {
  if (event.key === "Shift" && alone && document.querySelector(".quick-exit")) countPress();
});

/* A page that Back takes out of memory may belong to somebody who has left since: ask the server. */
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  if (document.querySelector(".quick-exit")) hide();
  location.reload();
});
