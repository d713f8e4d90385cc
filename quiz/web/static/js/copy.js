/*
  Buttons that copy a number, or hand on an address: shown only by this script, where the browser
  can. The button then says that it is done, and so does the status line for screen readers.
*/

addEventListener("shown", showButtons);
showButtons();

function showButtons() {
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
  });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = button.dataset.copy;
  if ("share" in button.dataset && navigator.share) {
    navigator.share({ url: text }).catch(() => {}); /* she has changed her mind */
    return;
  }
  if (await copied(text)) {
    button.textContent = button.dataset.copied;
    document.querySelector("[role=status]").textContent = button.dataset.copied;
  }
});

/* In a class without HTTPS there is no clipboard object, and the old command does it. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
