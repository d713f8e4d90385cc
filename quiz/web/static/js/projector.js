/*
  The wall cannot be scrolled from the back row: where a question does not fit, its letters shrink
  until it does, but never below what can be read from there. Without this script it can be scrolled.
*/

const WIDE_LINES = 45; /* the smallest letters are a 45th of the wall: 24 px of 1080 */
const NARROW_LINES = 56; /* on a wall of four to three, where the end would else be out of sight */

function shrinkToFit() {
  const root = document.documentElement;
  root.style.fontSize = "";
  let size = parseFloat(getComputedStyle(root).fontSize);
  const lines = innerWidth / innerHeight < 1.5 ? NARROW_LINES : WIDE_LINES;
  while (root.scrollHeight > innerHeight && size - .5 >= innerHeight / lines) {
    size -= .5;
    root.style.fontSize = `${size}px`;
  }
}

addEventListener("updated", shrinkToFit); /* from live-updates.js */
addEventListener("resize", shrinkToFit);
matchMedia("(forced-colors: active)").addEventListener("change", shrinkToFit); /* which adds borders */
shrinkToFit();
