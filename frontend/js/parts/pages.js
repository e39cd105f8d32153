// Page pictures in a preview (macro `turner`): two buttons, or ← and → in the box, turn to the page before or after.
const PAGE = ".paper > img, .paper > .sheet-page";
const viewOf = (part) => part.closest(".preview-box")?.querySelector(".preview-view");
const topOf = (view) => view.getBoundingClientRect().top + parseFloat(getComputedStyle(view).paddingTop);

// how far each page begins below the top of what is seen; the page being read is the last one that began
function reading(view) {
  const tops = [...view.querySelectorAll(PAGE)].map((page) => page.getBoundingClientRect().top - topOf(view));
  return { tops, at: Math.max(0, tops.findLastIndex((top) => top <= view.clientHeight / 3)) };
}

function turn(view, step) {
  const { tops, at } = reading(view);
  view.scrollBy({ top: tops[at + step] ?? 0 });
}

function say(view) {
  const turner = view.closest(".preview-box")?.querySelector("[data-turner]");
  if (!turner) return;
  const { tops, at } = reading(view);
  turner.hidden = tops.length < 2; // one page, or its text is shown instead
  turner.querySelector("[data-page-now]").textContent = at + 1;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-turn]");
  if (button) turn(viewOf(button), Number(button.dataset.turn));
});
document.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step || !event.target.matches(".preview-view") || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  turn(event.target, step);
});
document.addEventListener("scroll", ({ target }) => target.matches?.(".preview-view") && say(target), true);
const sayAll = () => document.querySelectorAll(".preview-view").forEach(say);
document.addEventListener("htmx:after:swap", sayAll);
sayAll();
