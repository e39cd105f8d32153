// One file on its way: opens or finds its upload, sends the parts that are not
// there yet, asks the server to put them together.
import { call, put, Refused } from "./api.js";
import { forget, recall, remember } from "./memory.js";

const LANES = 3; // parts under way at once, over all files: more only makes a slow line slower
const TRIES = 6;
let busy = 0;
const queue = [];

async function lane(work) {
  if (busy >= LANES) await new Promise((go) => queue.push(go));
  busy += 1;
  try {
    return await work();
  } finally {
    busy -= 1;
    queue.shift()?.();
  }
}

const online = () => new Promise((go) => (navigator.onLine ? go() : addEventListener("online", go, { once: true })));
const pause = (ms) => new Promise((go) => setTimeout(go, ms));
// a lost line, a store that is too busy, or an address that ran out (403): worth another try
const passing = (error) => error instanceof TypeError || error.status >= 500 || [403, 408, 429].includes(error.status);

export class Transfer {
  #sent = new Map(); // part number -> bytes
  #stop = null;

  constructor(file, words, report) {
    this.file = file;
    this.words = words;
    this.report = report;
    this.upload = recall(file);
  }

  /** Starts, or goes on after a pause, a failure or a reload. */
  async run() {
    const stop = (this.#stop = new AbortController());
    this.#tell("waiting");
    try {
      const session = await this.#patiently(() => this.#open(), stop.signal);
      const etags = await this.#send(session, stop);
      const answer = await this.#patiently(() => call("POST", `/${this.upload}/complete`, { parts: etags }), stop.signal);
      forget(this.file);
      this.#tell("done", { upload: this.upload, file: answer.file });
    } catch (error) {
      stop.abort();
      if (error.name !== "AbortError") this.#fail(error);
    }
  }

  pause() {
    this.#stop?.abort();
    this.#tell("paused");
  }

  /** Takes the file back; the server forgets it by itself should this call be lost. */
  remove() {
    this.#stop?.abort();
    forget(this.file);
    if (this.upload) call("DELETE", `/${this.upload}`).catch(() => {});
  }

  async #open() {
    if (this.upload) {
      try {
        return await call("GET", `/${this.upload}`);
      } catch (error) {
        if (![404, 410].includes(error.status)) throw error;
        forget(this.file); // too old, or cleaned away: from the beginning
      }
    }
    const session = await call("POST", "", { filename: this.file.name, size: this.file.size });
    this.upload = session.id;
    remember(this.file, session.id);
    return session;
  }

  async #send(session, stop) {
    const { part_size: size, parts } = session;
    this.#sent = new Map(parts.filter((part) => part.done).map((part) => [part.number, this.#slice(part, size).size]));
    this.#tell("sending");
    const etags = parts.map((part) => ({ number: part.number, etag: part.etag ?? null }));
    const one = (part, index) => lane(async () => {
      etags[index].etag = await this.#sendPart(part, size, stop.signal);
    });
    await Promise.all(parts.map((part, index) => (part.done ? null : one(part, index))));
    if (etags.every((part) => part.etag)) return etags;
    // a store whose CORS rules hide the ETag: our server knows them
    const known = await this.#patiently(() => call("GET", `/${this.upload}`), stop.signal);
    return known.parts.map(({ number, etag }) => ({ number, etag }));
  }

  #slice(part, size) {
    return this.file.slice((part.number - 1) * size, part.number * size);
  }

  async #sendPart(part, size, signal) {
    let address = part;
    return this.#patiently(async (again) => {
      if (again) address = (await call("GET", `/${this.upload}`)).parts.find((one) => one.number === part.number);
      if (address.done && address.etag) return address.etag; // it had arrived, only the answer was lost
      const blob = this.#slice(part, size);
      const etag = await put(address, blob, (bytes) => this.#count(part.number, bytes), signal);
      this.#count(part.number, blob.size);
      return etag;
    }, signal);
  }

  /** Tries again by itself, longer apart each time, and waits while there is no line. */
  async #patiently(work, signal) {
    for (let attempt = 0; ; attempt += 1) {
      if (signal.aborted) throw new DOMException("paused", "AbortError");
      try {
        return await work(attempt > 0);
      } catch (error) {
        if (signal.aborted || !passing(error) || attempt + 1 >= TRIES) throw signal.aborted ? new DOMException("paused", "AbortError") : error;
        await pause(Math.min(30000, 1000 * 2 ** attempt));
        await online();
      }
    }
  }

  #count(number, bytes) {
    this.#sent.set(number, bytes);
    if (!this.#stop.signal.aborted) this.#tell("sending");
  }

  #fail(error) {
    // refused for what it is: choosing the file again shall start afresh
    if ([409, 413, 415, 422].includes(error.status)) forget(this.file);
    const why = error instanceof Refused ? error.message || this.words.refused : this.words.lost;
    this.#tell("failed", { why });
  }

  #tell(state, more = {}) {
    const sent = [...this.#sent.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.report({ state, sent: Math.min(sent, this.file.size), ...more });
  }
}
