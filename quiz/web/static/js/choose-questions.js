/*
  Choosing questions without leaving the page: what is typed, ticked or pressed is sent as the form would
  send it, and what stands on the page that comes back takes its place here. Without this script the
  buttons do the same.
*/

const policy = (window.trustedTypes || { createPolicy: (name, rules) => rules }).createPolicy("quiz", {
  createHTML: (text) => text,
});

const IN_PLACE = /^(look|add|(up|down|remove):.*)$/;

const form = document.querySelector("#choosing");
let latest = 0;
let unreachable = false;

/* What comes back too late, when something else was sent meanwhile, is passed over. */
async function send(action) {
  const body = new URLSearchParams(new FormData(form));
  body.set("do", action);
  const number = ++latest;
  const { response, text } = await request(form.action, { method: "POST", body });
  if (number !== latest) return;
  if (response.status === 403) dispatchEvent(new Event("signedout"));
  const page = new DOMParser().parseFromString(policy.createHTML(text), "text/html");
  if (!page.querySelector("#choosing")) return;
  const focused = document.activeElement && document.activeElement.id;
  for (const old of document.querySelectorAll("[data-swap]")) old.replaceWith(page.getElementById(old.id));
  const again = document.getElementById(focused);
  if (again && again !== document.activeElement) (again.disabled ? form.querySelector("#order button:enabled") : again).focus();
  if (response.redirected) history.replaceState(null, "", response.url);
}

/* A box that is ticked keeps its place under the finger; only what is chosen is shown anew. */
form.addEventListener("input", (event) => {
  if (event.target.closest("#sets")) return;
  send("look").catch(() => {}); /* what is ticked stands here still, and any button sends it */
});

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || !IN_PLACE.test(button.value) || button.matches("[aria-hidden]")) return;
  if (unreachable) return;
  event.preventDefault();
  send(button.value).catch(() => {
    unreachable = true;
    button.click();
    unreachable = false;
  });
});
