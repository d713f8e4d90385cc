/*
  Tells somebody who is signed in when half an hour without use is nearly over. One press is use enough,
  as often as she likes, and what she has typed stays where it is. Without this script nobody is warned.
*/

const SHOW_SECONDS = 20;

let lastUse = Date.now();
let checking = false;

function show(what) {
  document.querySelectorAll(".session-warning > *").forEach((each) => { each.hidden = each.dataset.when !== what; });
}

/* A page that the server answers with "sign in first" says that it is over. */
async function check() {
  if (checking) return;
  checking = true;
  try {
    const { response } = await request(document.querySelector(".session-warning").dataset.ask, { method: "HEAD" });
    const stays = response.ok && !response.redirected;
    if (stays) lastUse = Date.now();
    show(stays ? "stays" : "over");
  } catch (error) {
    /* No network: the next check asks again, and so may she. */
  } finally {
    checking = false;
  }
}

function update() {
  const { soon, over } = document.querySelector(".session-warning").dataset;
  const seconds = (Date.now() - lastUse) / 1000;
  if (!document.querySelector(".session-warning [data-when=over]").hidden) return;
  if (seconds >= over) check();
  else if (seconds >= soon) show("soon");
  else if (seconds >= SHOW_SECONDS) show("");
}

document.addEventListener("click", (event) => {
  if (event.target.closest(".session-warning button")) check();
});
/* live-updates.js has just used the session. */
addEventListener("asked", () => {
  lastUse = Date.now();
  show("");
});
addEventListener("signedout", () => show("over"));
setInterval(update, 5000);
