// A PDF page by page (the element with data-pdf): pages are drawn as they come near and let go when far away, so
// that a long document fits into a phone. Without this script the pictures of its first pages stand there.
import { AnnotationMode, getDocument, GlobalWorkerOptions, TextLayer, version } from "pdfjs-dist/legacy/build/pdf.mjs";

const view = document.querySelector("[data-pdf]");
const paper = view.querySelector(".paper");
const said = document.querySelector("[data-pdf-state]");
const LARGEST = 6e6; // pixels of one canvas
const ZOOMS = [1, 1.25, 1.5, 2, 3];
let zoom = 0;

const assets = new URL(`pdfjs-${version}/`, new URL(view.dataset.worker, location.href));
const inside = (folder) => new URL(`${folder}/`, assets).href;
GlobalWorkerOptions.workerSrc = view.dataset.worker;

function tell(words) {
  said.textContent = words;
  said.hidden = !words;
}

const opening = getDocument({
  url: view.dataset.pdf, enableXfa: false, isEvalSupported: false, disableAutoFetch: true,
  cMapUrl: inside("cmaps"), standardFontDataUrl: inside("standard_fonts"), wasmUrl: inside("wasm"), iccUrl: inside("iccs"),
});
tell(view.dataset.opening);
opening.promise.then(show).catch(() => tell(view.dataset.failed));

async function show(pdf) {
  const first = await pdf.getPage(1);
  const { width, height } = first.getViewport({ scale: 1 });
  const sheets = Array.from({ length: pdf.numPages }, (_, at) => sheet(at + 1, width, height));
  paper.replaceChildren(...sheets);
  paper.classList.add("sheets");
  const near = new IntersectionObserver(
    (seen) => { for (const { target, isIntersecting } of seen) isIntersecting ? draw(pdf, target) : forget(target); },
    { root: view, rootMargin: "100% 0px" },
  );
  sheets.forEach((one) => near.observe(one));
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.parentElement.hidden = false;
    button.addEventListener("click", () => enlarge(pdf, sheets, Number(button.dataset.zoom)));
  }
  tell("");
  view.dispatchEvent(new Event("scroll")); // the page turner counts anew
}

function sheet(number, width, height) {
  const box = document.createElement("div");
  box.className = "sheet-page";
  box.dataset.number = number;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", view.dataset.page.replace("%", number));
  box.style.aspectRatio = `${width} / ${height}`;
  return box;
}

async function draw(pdf, box) {
  if (box.dataset.drawn) return;
  const mine = (box.dataset.drawn = String(Math.random()));
  const page = await pdf.getPage(Number(box.dataset.number));
  const plain = page.getViewport({ scale: 1 });
  box.style.aspectRatio = `${plain.width} / ${plain.height}`;
  const shown = page.getViewport({ scale: box.clientWidth / plain.width });
  const dots = Math.min(devicePixelRatio || 1, 2, Math.sqrt(LARGEST / (shown.width * shown.height)));
  const viewport = page.getViewport({ scale: shown.scale * dots });
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  canvas.setAttribute("aria-hidden", "true");
  await page.render({ canvas, viewport, annotationMode: AnnotationMode.ENABLE }).promise;
  if (box.dataset.drawn !== mine) return; // scrolled away, or zoomed, meanwhile
  const words = document.createElement("div");
  words.className = "sheet-words";
  box.style.setProperty("--total-scale-factor", shown.scale);
  await new TextLayer({ textContentSource: page.streamTextContent(), container: words, viewport: shown }).render();
  if (box.dataset.drawn === mine) box.replaceChildren(canvas, words);
}

function forget(box) {
  delete box.dataset.drawn;
  box.replaceChildren();
}

function enlarge(pdf, sheets, step) {
  zoom = Math.min(ZOOMS.length - 1, Math.max(0, zoom + step));
  const place = view.scrollTop / view.scrollHeight;
  paper.style.width = `calc(min(100%, 52rem) * ${ZOOMS[zoom]})`;
  for (const button of document.querySelectorAll("[data-zoom]"))
    button.disabled = zoom === (Number(button.dataset.zoom) < 0 ? 0 : ZOOMS.length - 1);
  view.scrollTop = place * view.scrollHeight;
  for (const one of sheets.filter((each) => each.dataset.drawn)) {
    delete one.dataset.drawn;
    draw(pdf, one);
  }
}
