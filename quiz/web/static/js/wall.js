/*
  The wall cannot be scrolled from the back row: where a question does not fit, its letters shrink
  until it does, but never below what can be read from there. Without this script it can be scrolled.
*/

const LINES = 45; /* the smallest letters are a 45th of the wall: 24 px of 1080 */

function fit() {
  const root = document.documentElement;
  root.style.fontSize = "";
  let size = parseFloat(getComputedStyle(root).fontSize);
  while (root.scrollHeight > innerHeight && size - .5 >= innerHeight / LINES) {
    size -= .5;
    root.style.fontSize = `${size}px`;
  }
}

/* follow.js puts a new body in when the class moves on. */
new MutationObserver(fit).observe(document.documentElement, { childList: true });
addEventListener("resize", fit);
matchMedia("(forced-colors: active)").addEventListener("change", fit); /* which adds borders */
fit();
