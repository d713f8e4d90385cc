/*
  A button that shows the password which somebody chooses. Whoever can see it need not type it twice, so
  the second box goes; without this script there is the second box, and no button.
*/

document.querySelectorAll("[data-show]").forEach((button) => {
  const field = document.getElementById(button.dataset.show);
  const again = field.form.querySelector("[data-typed-again]");
  const words = { password: button.textContent, text: button.dataset.hide };

  function show(type) {
    field.type = type;
    button.textContent = words[type];
  }

  button.hidden = false;
  again.hidden = true;
  button.addEventListener("click", () => show(field.type === "password" ? "text" : "password"));
  field.form.addEventListener("submit", () => {
    again.querySelector("input").value = field.value;
    show("password"); /* so that browsers offer to keep it, and never as the text of a box */
  });
});
