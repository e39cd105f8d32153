// Disclosure buttons (a cell of the duty board opens the row below it), dialogs,
// and the guessed field that becomes the teacher's own.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[aria-expanded][aria-controls]");
  if (button) {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", open);
    document.getElementById(button.getAttribute("aria-controls")).hidden = !open;
  }
  // without this script the opener is a link or a submit button that leads to a page
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  }
  event.target.closest("[data-dialog-close]")?.closest("dialog")?.close();
});

document.addEventListener("input", (event) => {
  event.target.closest(".field-guessed")?.classList.remove("field-guessed");
});
