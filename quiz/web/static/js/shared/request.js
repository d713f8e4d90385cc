/*
  Requests to the server. The build puts this at the head of each script that sends any.

  A dead connection never answers, and the login page of a network may answer instead of us. Both
  are errors here: only a response with the header Quiz-Page is ours.
*/

const TIMEOUT = 10000;

async function request(address, options) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, TIMEOUT);
  addEventListener("leaving", abort);
  try {
    const response = await fetch(address, { credentials: "same-origin", signal: controller.signal, ...options });
    const text = await response.text();
    if (!response.headers.has("Quiz-Page")) throw new Error("somebody else has answered");
    return { response, text };
  } finally {
    clearTimeout(timer);
    removeEventListener("leaving", abort);
  }
}

/* Return the address that a response sends this page on to, if it does. */
function nextUrl(response) {
  return response.status === 204 && response.headers.get("Location");
}
