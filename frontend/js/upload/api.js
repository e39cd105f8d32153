// Our upload API, and the bytes themselves. A refusal carries the server's own
// words (RFC 9457 `detail`); a lost line has no status.
export class Refused extends Error {
  constructor(status, detail) {
    super(detail || "");
    this.status = status;
  }
}

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** JSON in, JSON out. Throws Refused; a TypeError when the line is lost. */
export async function call(method, path, body) {
  const answer = await fetch(`/api/uploads${path}`, {
    method,
    headers: { Accept: "application/json", "X-CSRFToken": token(), ...(body && { "Content-Type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  let json = null;
  try {
    json = text ? JSON.parse(text) : null;
  } catch {
    if (answer.ok) throw new Refused(answer.status);
  }
  if (!answer.ok) throw new Refused(answer.status, json?.detail);
  return json;
}

/** Sends one part; `onBytes(sent)` as it goes. Resolves to the store's ETag (null when it hides it). */
export function put(part, blob, onBytes, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch still cannot tell how many bytes went out
    request.open(part.method || "PUT", part.url);
    for (const [name, value] of Object.entries(part.headers ?? {})) request.setRequestHeader(name, value);
    // never to another origin: the token is ours alone
    if (new URL(part.url, location.href).origin === location.origin) request.setRequestHeader("X-CSRFToken", token());
    request.upload.onprogress = (event) => onBytes(event.loaded);
    request.onload = () => (request.status < 300 ? resolve(request.getResponseHeader("ETag")) : reject(new Refused(request.status)));
    request.onerror = request.ontimeout = () => reject(new TypeError("line lost"));
    request.onabort = () => reject(new DOMException("paused", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(blob);
  });
}
