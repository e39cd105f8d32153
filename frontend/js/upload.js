// Resumable uploads for `[data-upload]` (macro `drop`): several files at once,
// going on after a lost line, a pause or a reload of the page. Uppy sends; rows,
// words and what the form carries are ours.
import { refusal } from "./upload/api.js";
import { forget, recall, remembered } from "./upload/memory.js";
import { Row } from "./upload/row.js";
import { arrived, find, makeSender, send, takeBack } from "./upload/sender.js";

function start(box) {
  if (box.dataset.ready) return;
  box.dataset.ready = "yes";
  const input = box.querySelector("input[type=file]");
  const list = document.querySelector(box.dataset.uploadList);
  const form = box.closest("form");
  const words = JSON.parse(box.dataset.words);
  const uppy = makeSender();
  const rows = new Map(); // Uppy's file id -> Row
  // the bytes go on their own; the form carries only ids
  input.removeAttribute("name");
  input.required = false;

  const running = () => [...rows.values()].filter((row) => ["waiting", "sending", "paused"].includes(row.state)).length;

  function settle() {
    const status = form?.querySelector("[data-upload-status]");
    if (status) status.textContent = running() ? words.running.replace("{n}", running()) : "";
    for (const button of form?.querySelectorAll("[type=submit]") ?? [])
      if (running()) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
  }

  function show(id, report) {
    rows.get(id)?.show(report); // no row: removed while an answer was on its way
    settle();
  }

  function addRow(id, file) {
    const row = new Row(box.querySelector("template"), file, words);
    const toggle = () => uppy.pauseResume(id);
    row.on({ pause: toggle, resume: toggle, retry: () => go(id), again: () => input.click(), remove: () => remove(id) });
    rows.get(id)?.element.remove(); // it waited to be chosen again
    rows.set(id, row);
    list.hidden = false;
    list.append(row.element);
  }

  function remove(id) {
    takeBack(id, uppy.getFile(id)?.s3Multipart?.uploadId ?? recall(id)?.upload);
    rows.get(id).element.remove();
    rows.delete(id);
    if (uppy.getFile(id)) uppy.removeFile(id);
    list.hidden = rows.size === 0;
    settle();
    input.focus();
  }

  async function go(id) {
    show(id, { state: "waiting" });
    try {
      show(id, { state: "sending", sent: await send(uppy, id) });
    } catch (error) {
      fail(id, error);
    }
  }

  function fail(id, error) {
    const { status, detail } = refusal(error);
    // refused for what it is: the next try shall start afresh
    if ([409, 413, 415, 422].includes(status)) forget(id);
    show(id, { state: "failed", why: detail || (status === 0 || status >= 500 ? words.lost : words.refused) });
  }

  uppy.on("file-added", (file) => {
    addRow(file.id, file);
    go(file.id);
  });
  uppy.on("upload-progress", ({ id, isPaused }, { bytesUploaded }) => isPaused || show(id, { state: "sending", sent: bytesUploaded }));
  uppy.on("upload-pause", ({ id }, isPaused) => show(id, { state: isPaused ? "paused" : "sending" }));
  uppy.on("upload-error", ({ id }, error) => fail(id, error));
  uppy.on("upload-success", ({ id, size, s3Multipart: { uploadId: upload } }, { body: { file } }) => {
    forget(id);
    show(id, { state: "done", sent: size });
    const { element } = rows.get(id);
    element.append(Object.assign(document.createElement("input"), { type: "hidden", name: "uploads", value: upload }));
    element.dispatchEvent(new CustomEvent("kho:uploaded", { bubbles: true, detail: { upload, file } }));
  });

  function addAll(files) {
    for (const data of files)
      try {
        uppy.addFile({ name: data.name, type: data.type, data });
      } catch (error) {
        if (!error.isRestriction) throw error; // else: a file chosen twice goes once
      }
  }

  // Files of an earlier visit. Only those the server still has for this very
  // person are named: a school's computer is used by many.
  async function tellWaiting(id) {
    const { upload, name, size } = recall(id) ?? {};
    const session = await find(upload).catch(() => undefined); // no line: asked again next time
    if (session === null) forget(id);
    if (!session || rows.has(id)) return;
    addRow(id, { name, size });
    show(id, { state: "again", sent: arrived(session) });
  }
  remembered().forEach(tellWaiting);

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
    if (!running()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.querySelector("[data-upload-status]")?.scrollIntoView({ block: "nearest" });
  }, true);
  addEventListener("beforeunload", (event) => running() && event.preventDefault());
}

const startAll = () => document.querySelectorAll("[data-upload]").forEach(start);
document.addEventListener("htmx:after:swap", startAll);
startAll();
