/*
  The wall cannot be scrolled from the back row. It begins with the largest letters; where they do not
  fit they shrink, then everything is set closer, but never below what can be read from there.
  Without this script, and on a phone, it can be scrolled.
*/

const WIDE_LINES = 45; /* the smallest letters are a 45th of the wall: 24 px of 1080 */
const NARROW_LINES = 56; /* on a wall of four to three, where the end would else be out of sight */

function shrinkToFit() {
  const slide = document.querySelector(".slide");
  slide.classList.remove("slide--long");
  if (innerWidth < 640 || shrink(WIDE_LINES)) return;
  slide.classList.add("slide--long");
  shrink(innerWidth / innerHeight < 1.5 ? NARROW_LINES : WIDE_LINES);
}

/* Make the letters smaller until all fits, or they are the smallest; return whether it fits. */
function shrink(lines) {
  const root = document.documentElement;
  root.style.fontSize = "";
  let size = parseFloat(getComputedStyle(root).fontSize);
  while (root.scrollHeight > innerHeight) {
    size -= .5;
    if (size < innerHeight / lines) return false;
    root.style.fontSize = `${size}px`;
  }
  return true;
}

/* A press is needed for the whole screen, and a browser may not allow it. */
const fullScreen = document.querySelector("[data-full-screen]");

function offerFullScreen() {
  fullScreen.hidden = !document.fullscreenEnabled || Boolean(document.fullscreenElement);
}

fullScreen.addEventListener("click", () => document.documentElement.requestFullscreen());
document.addEventListener("fullscreenchange", offerFullScreen);
offerFullScreen();

addEventListener("updated", shrinkToFit); /* from live-updates.js */
addEventListener("resize", shrinkToFit);
matchMedia("(forced-colors: active)").addEventListener("change", shrinkToFit); /* which adds borders */
shrinkToFit();
