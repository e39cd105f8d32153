// A link with data-copy puts its address on the clipboard; without a script it stays a link.
import { tell } from "./toast.js";

document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-copy]");
  if (!link || !navigator.clipboard) return;
  event.preventDefault();
  await navigator.clipboard.writeText(new URL(link.dataset.copy || link.href, location.href).href);
  tell(link.dataset.copied);
});
