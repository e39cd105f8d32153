// A link with data-copy puts its address on the clipboard, a button with data-copy-text the words of the element it
// names; without a script the link stays a link and the button stays hidden.
import { tell } from "./toast.js";

for (const button of document.querySelectorAll("[data-copy-text]")) button.hidden = !navigator.clipboard;

document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-copy], [data-copy-text]");
  if (!link || !navigator.clipboard) return;
  event.preventDefault();
  const { copy, copyText, copied } = link.dataset;
  await navigator.clipboard.writeText(
    copyText ? document.getElementById(copyText).textContent : new URL(copy || link.href, location.href).href,
  );
  tell(copied);
});
