/* Opens the page of a phone in a window of that size, beside the console. Without this script it is a page like any other. */

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-phone]");
  if (!link) return;
  const phone = window.open(link.href, link.target, "popup,width=390,height=780");
  if (!phone) return;
  phone.opener = null;
  event.preventDefault();
});
