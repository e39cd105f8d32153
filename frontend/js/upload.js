// Resumable uploads for `[data-upload]` (macro `drop`): several files at once,
// each in parts, going on after a lost line, a pause or a reload of the page.
import { Row } from "./upload/row.js";
import { Transfer } from "./upload/transfer.js";

function start(box) {
  if (box.dataset.ready) return;
  box.dataset.ready = "yes";
  const input = box.querySelector("input[type=file]");
  const list = document.querySelector(box.dataset.uploadList);
  const form = box.closest("form");
  const words = JSON.parse(box.dataset.words);
  const running = new Set();
  const taken = new Set(); // a file chosen twice goes once
  // the bytes go on their own; the form carries only ids
  input.removeAttribute("name");
  input.required = false;

  function settle() {
    const status = form?.querySelector("[data-upload-status]");
    if (status) status.textContent = running.size ? words.running.replace("{n}", running.size) : "";
    for (const button of form?.querySelectorAll("[type=submit]") ?? [])
      if (running.size) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
  }

  function add(file) {
    const same = `${file.name}:${file.size}:${file.lastModified}`;
    if (taken.has(same)) return;
    taken.add(same);
    const row = new Row(box.querySelector("template"), file, words);
    const transfer = new Transfer(file, words, (report) => {
      row.show(report);
      if (["waiting", "sending", "paused"].includes(report.state)) running.add(transfer);
      else running.delete(transfer);
      if (report.state === "done") finish(row, report);
      settle();
    });
    row.on({ pause: () => transfer.pause(), resume: () => transfer.run(), retry: () => transfer.run(), remove: () => remove() });
    function remove() {
      running.delete(transfer);
      taken.delete(same);
      transfer.remove();
      row.element.remove();
      settle();
      input.focus();
    }
    list.hidden = false;
    list.append(row.element);
    transfer.run();
  }

  function finish(row, { upload, file }) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "uploads", value: upload });
    row.element.append(field);
    row.element.dispatchEvent(new CustomEvent("kho:uploaded", { bubbles: true, detail: { upload, file } }));
  }

  const addAll = (files) => [...files].forEach(add);
  input.addEventListener("change", () => {
    addAll(input.files);
    input.value = "";
  });
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("is-over");
  });
  box.addEventListener("dragleave", (event) => box.contains(event.relatedTarget) || box.classList.remove("is-over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("is-over");
    addAll(event.dataTransfer.files);
  });
  form?.addEventListener("submit", (event) => {
    if (!running.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.querySelector("[data-upload-status]")?.scrollIntoView({ block: "nearest" });
  }, true);
  addEventListener("beforeunload", (event) => running.size && event.preventDefault());
}

const startAll = () => document.querySelectorAll("[data-upload]").forEach(start);
document.addEventListener("htmx:after:swap", startAll);
startAll();
