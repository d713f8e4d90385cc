/*
  Leaving, and leaving as little behind as a page can. On every page of a participant.

  Three ways out: the two links marked data-leave, and Shift pressed three times within five
  seconds. Without this script the links still leave; with it they leave at once, and Back does
  not return here.
*/

const WITHIN = 5000;

let presses = 0;
let alone = false;
let waiting = 0;

/* Nothing is kept that could be looked at while the next page is on its way, however long it takes. */
function hide() {
  document.title = document.querySelector(".exit").dataset.title;
  document.body.textContent = "";
}

function leave() {
  const link = document.querySelector("a[data-leave]");
  if (!link) return; /* has left already */
  const go = () => location.replace(link.href);
  hide();
  if (navigator.onLine) {
    go();
    return;
  }
  /* The browser's own page about a lost network would name this site. Stay blank until there is one. */
  addEventListener("online", go);
  fetch(link.href, { redirect: "manual" }).then(go, () => {});
}

function say(what) {
  document.querySelector("[role=status]").textContent = document.querySelector(".exit").dataset[what];
}

function forget() {
  clearTimeout(waiting);
  presses = 0;
}

function count() {
  presses += 1;
  if (presses === 3) {
    forget();
    leave();
    return;
  }
  if (presses === 1) {
    waiting = setTimeout(() => {
      forget();
      say("expired");
    }, WITHIN);
  }
  say(presses === 1 ? "once" : "twice");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  if ("leave" in link.dataset) {
    event.preventDefault();
    leave();
  } else if ("replace" in link.dataset && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    /* The same page in another language is not another step of the way. */
    event.preventDefault();
    location.replace(link.href);
  }
});

/* Shift counts when it is let go, and only by itself: it also makes capitals. */
document.addEventListener("keydown", (event) => {
  alone = event.key === "Shift";
  if (!alone) forget();
});
document.addEventListener("keyup", (event) => {
  if (event.key === "Shift" && alone && document.querySelector(".exit")) count();
});

/* A page that Back takes out of memory may belong to somebody who has left since: ask the server. */
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  if (document.querySelector(".exit")) hide();
  location.reload();
});
