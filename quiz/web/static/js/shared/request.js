/*
  Asking the server. This stands at the head of each script that does.

  On a connection that is dead nothing ever comes back, and a portal of the network may answer in
  our place. Both are errors here: only what has our mark is ours.
*/

const GIVE_UP = 10000;

async function ask(address, options) {
  const clock = new AbortController();
  const abort = () => clock.abort();
  const timer = setTimeout(abort, GIVE_UP);
  addEventListener("leaving", abort);
  try {
    const response = await fetch(address, { credentials: "same-origin", signal: clock.signal, ...options });
    const text = await response.text();
    if (!response.headers.has("Quiz-Page")) throw new Error("somebody else has answered");
    return { response, text };
  } finally {
    clearTimeout(timer);
    removeEventListener("leaving", abort);
  }
}

/* Where the server sends this page on to, if it does. */
function onward(response) {
  return response.status === 204 && response.headers.get("Location");
}
