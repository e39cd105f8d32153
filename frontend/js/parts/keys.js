// Curation: single keys work only while they are switched on (WCAG 2.1.4), never in a text field.
document.addEventListener("keydown", (event) => {
  const keys = document.querySelector("[data-keys]");
  if (!keys?.querySelector("[data-keys-switch]")?.checked || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
  const target = [...keys.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key.toLowerCase());
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.click();
});
