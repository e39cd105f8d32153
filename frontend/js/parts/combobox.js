// Suggestions: an ARIA combobox whose list the server renders (htmx fills it).
// Options are `[role=option]` with a unique id, `data-value` (words to search)
// or `data-href` (a page to open).
const listOf = (box) => document.getElementById(box.getAttribute("aria-controls"));
const boxOf = (list) => document.querySelector(`[role=combobox][aria-controls="${list.id}"]`);
const boxAt = (event) => event.target.closest?.("[role=combobox]");

function show(box, on) {
  const list = listOf(box);
  const open = on && list.querySelector("[role=option]") !== null;
  list.hidden = !open;
  box.setAttribute("aria-expanded", open);
  if (!open) box.removeAttribute("aria-activedescendant");
}

function move(box, step) {
  const options = [...listOf(box).querySelectorAll("[role=option]")];
  if (!options.length) return;
  const at = options.findIndex((option) => option.id === box.getAttribute("aria-activedescendant"));
  const next = options[at < 0 ? (step > 0 ? 0 : options.length - 1) : (at + step + options.length) % options.length];
  for (const option of options) option.setAttribute("aria-selected", option === next);
  box.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

function choose(box, option) {
  if (option.dataset.href) return location.assign(option.dataset.href);
  box.value = option.dataset.value ?? option.querySelector("span").textContent;
  show(box, false);
  box.form.requestSubmit();
}

document.addEventListener("keydown", (event) => {
  const box = boxAt(event);
  if (!box || !listOf(box) || event.isComposing) return; // a Vietnamese keyboard is still building the letter
  const list = listOf(box);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) show(box, true);
    move(box, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && !list.hidden && box.hasAttribute("aria-activedescendant")) {
    event.preventDefault();
    choose(box, document.getElementById(box.getAttribute("aria-activedescendant")));
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    show(box, false);
  }
});

document.addEventListener("input", (event) => {
  const box = boxAt(event);
  if (!box || !listOf(box)) return;
  box.removeAttribute("aria-activedescendant");
  show(box, box.value.trim().length > 1);
});

const closeOthers = (target) => {
  for (const box of document.querySelectorAll("[role=combobox][aria-expanded=true]"))
    if (!box.form.contains(target)) show(box, false);
};

// an empty field that is entered asks for what was searched before (search_box, `recent`); leaving it closes the list
document.addEventListener("focusin", (event) => {
  closeOthers(event.target);
  const box = boxAt(event);
  if (box && !box.value.trim()) box.dispatchEvent(new Event("kho:empty"));
});

document.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) return choose(boxOf(option.closest("[role=listbox]")), option);
  closeOthers(event.target);
});

// new suggestions came: open when the reader is still in the field
document.addEventListener("htmx:after:swap", () => {
  const box = document.activeElement;
  if (box?.getAttribute("role") === "combobox" && listOf(box)) show(box, box.value.trim().length !== 1);
});
