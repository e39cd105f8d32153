// The facet sheet is a :target; while it is open the page behind is inert, and
// Escape or the Back button closes it.
const wide = matchMedia("(min-width: 48em)");
let opener = null;
let cameByTap = false; // then Back leads back to the list

function follow(event) {
  const sheet = document.querySelector(".sheet");
  if (!sheet) return;
  const open = location.hash === `#${sheet.id}` && !wide.matches;
  for (const part of document.querySelectorAll("[data-behind-sheet], .band, .foot, .tabbar")) part.inert = open;
  if (open) {
    cameByTap = event?.type === "hashchange";
    opener = document.querySelector(`a[href="#${sheet.id}"]`);
    sheet.focus();
  } else {
    opener?.focus();
    opener = null;
  }
}

document.addEventListener("keydown", (event) => {
  const sheet = event.key === "Escape" && event.target.closest(".sheet");
  if (!sheet || location.hash !== `#${sheet.id}`) return;
  if (cameByTap) history.back();
  else sheet.querySelector(".sheet-top a")?.click();
});
addEventListener("hashchange", follow);
wide.addEventListener("change", follow);
follow();
