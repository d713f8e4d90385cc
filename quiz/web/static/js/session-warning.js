/*
  Tells somebody who is signed in when half an hour without use is nearly over. One press is use enough,
  as often as she likes, and what she has typed stays where it is. Without this script nobody is warned.
*/

const READ = 20;

let since = Date.now();
let asking = false;

function say(what) {
  document.querySelectorAll(".session-warning > *").forEach((each) => { each.hidden = each.dataset.when !== what; });
}

/* A page that the server answers with "sign in first" says that it is over. */
async function check() {
  if (asking) return;
  asking = true;
  try {
    const { response } = await ask(document.querySelector(".session-warning").dataset.ask, { method: "HEAD" });
    const stays = response.ok && !response.redirected;
    if (stays) since = Date.now();
    say(stays ? "stays" : "over");
  } catch (error) {
    /* No network: the next look asks again, and so may she. */
  } finally {
    asking = false;
  }
}

function look() {
  const { soon, over } = document.querySelector(".session-warning").dataset;
  const seconds = (Date.now() - since) / 1000;
  if (!document.querySelector(".session-warning [data-when=over]").hidden) return;
  if (seconds >= over) check();
  else if (seconds >= soon) say("soon");
  else if (seconds >= READ) say("");
}

document.addEventListener("click", (event) => {
  if (event.target.closest(".session-warning button")) check();
});
/* live-updates.js has asked the server, and knows. */
addEventListener("asked", () => {
  since = Date.now();
  say("");
});
addEventListener("signedout", () => say("over"));
setInterval(look, 5000);
