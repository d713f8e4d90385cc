/*
  A presenter's clicker sends Page Down and Page Up. They press the buttons of a console while those, or
  the part of the page around them, have the focus; elsewhere they scroll.
*/

document.addEventListener("keydown", (event) => {
  const focus = document.activeElement;
  const button = document.querySelector(`button[data-key="${event.key}"]`);
  if (!button || !(focus.id === "keys" || focus.closest("#keys > .actions"))) return;
  if (event.repeat || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  button.click();
});
