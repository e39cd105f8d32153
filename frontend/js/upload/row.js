// What a teacher sees of one upload: the server's own <template>, filled in.
const number = new Intl.NumberFormat(document.documentElement.lang || "vi", { maximumFractionDigits: 1 });
const UNITS = ["B", "KB", "MB", "GB"];

export function readable(bytes) {
  const step = bytes < 1024 ? 0 : Math.min(3, Math.floor(Math.log(bytes) / Math.log(1024)));
  const value = bytes / 1024 ** step;
  return `${step < 2 ? Math.round(value) : number.format(value)} ${UNITS[step]}`;
}

const shown = { // state -> the buttons it offers
  waiting: ["remove"], sending: ["pause", "remove"], paused: ["resume", "remove"], failed: ["retry", "remove"], again: ["again", "remove"], done: ["remove"],
};

export class Row {
  state = "waiting";
  #sent = 0;
  #began = null; // {time, sent} when bytes started to flow, for the minutes left
  #said = 0;

  constructor(template, file, words) {
    this.file = file;
    this.words = words;
    this.element = template.content.firstElementChild.cloneNode(true);
    const kind = (file.name.match(/\.([a-z0-9]{1,4})$/i)?.[1] ?? "").toLowerCase();
    this.#part("ext").textContent = kind.toUpperCase();
    this.#part("ext").classList.add(`ext-${kind || "other"}`);
    for (const spot of this.element.querySelectorAll("[data-name]")) spot.textContent = file.name;
    this.#part("size").textContent = readable(file.size);
    this.bar = this.element.querySelector("progress");
    this.bar.setAttribute("aria-label", `${words.sending} ${file.name}`);
  }

  #part(name) {
    return this.element.querySelector(`[data-${name}]`);
  }

  on(actions) {
    this.element.addEventListener("click", (event) => actions[event.target.closest("[data-act]")?.dataset.act]?.());
  }

  /** `sent` in bytes; a report without it keeps the last one. */
  show({ state, sent = this.#sent, why }) {
    this.state = state;
    this.#sent = sent;
    const held = document.activeElement?.closest("[data-act]");
    for (const button of this.element.querySelectorAll("[data-act]")) button.hidden = !shown[state].includes(button.dataset.act);
    // the button that was pressed just left: its neighbour takes the focus
    if (held?.hidden && this.element.contains(held)) this.element.querySelector("[data-act]:not([hidden])").focus();
    this.#part("state").textContent = this.words[state] ?? "";
    this.#part("progress").hidden = state === "done" || state === "failed";
    this.#part("failed").hidden = state !== "failed";
    this.#part("why").textContent = why ?? "";
    const percent = this.file.size ? Math.floor((100 * sent) / this.file.size) : 0;
    this.bar.value = percent;
    this.#part("percent").textContent = `${percent}%`;
    this.#part("detail").textContent = this.#detail(state, sent);
    this.#say(state, why);
  }

  #detail(state, sent) {
    const done = this.words.part.replace("{sent}", readable(sent)).replace("{total}", readable(this.file.size));
    if (state !== "sending") {
      this.#began = null;
      return done;
    }
    const now = performance.now();
    this.#began ??= { time: now, sent };
    const rate = (sent - this.#began.sent) / (now - this.#began.time); // bytes per ms
    if (!(rate > 0) || now - this.#began.time < 3000) return done;
    const minutes = Math.ceil((this.file.size - sent) / rate / 60000);
    return `${done} · ${this.words.left.replace("{n}", number.format(minutes))}`;
  }

  // to a screen reader: each change of state, and progress at most every 10 s
  #say(state, why) {
    const changed = this.element.dataset.state !== state;
    this.element.dataset.state = state;
    if (!changed && performance.now() - this.#said < 10000) return;
    this.#said = performance.now();
    const words = state === "sending" ? this.#part("detail").textContent : why || this.words[state];
    this.#part("said").textContent = `${this.file.name}: ${words}`;
  }
}
