// One line above the tab bar; the region is in the page from the start, so screen readers hear it.

// a toast leaves after 8 s, but stays while somebody is on it
function expire(toast) {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? expire(toast) : toast.remove()), 8000);
}
document.querySelectorAll(".toasts > .toast").forEach(expire);

/** kind "bad" is an error and interrupts; everything else is said politely. */
export function tell(words, kind = "") {
  const region = document.querySelector("[data-toasts]");
  if (!region || !words) return;
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.setAttribute("role", kind === "bad" ? "alert" : "status");
  toast.append(Object.assign(document.createElement("p"), { textContent: words }));
  region.append(toast);
  expire(toast);
}
