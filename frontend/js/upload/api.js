// Our upload API. Uppy's fetcher tries again after a lost answer or a busy server.
import { fetcher } from "@uppy/utils";

const online = () => new Promise((go) => (navigator.onLine ? go() : addEventListener("online", go, { once: true })));
const passing = ({ status }) => status === 0 || status >= 500 || status === 408 || status === 429;

/** JSON in, JSON out. Throws an error whose `request` is the answered (status 0: lost) XMLHttpRequest. */
export async function call(method, path, body) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const { responseText } = await fetcher(`/api/uploads${path}`, {
    method,
    headers: { Accept: "application/json", "X-CSRFToken": token, ...(body && { "Content-Type": "application/json" }) },
    body: body && JSON.stringify(body),
    retries: 5,
    shouldRetry: passing,
    onBeforeRequest: online,
  });
  return responseText ? JSON.parse(responseText) : null;
}

/** The file arrived, and the server will not have it; `detail` says why. */
export class Refused extends Error {
  constructor(detail) {
    super(detail);
    this.source = { status: 422, responseText: JSON.stringify({ detail }) };
  }
}

/** What a failed call or part says: {status, detail}; the server's words are the `detail` of problem JSON. */
export function refusal(error) {
  const request = error.request ?? error.source;
  try {
    return { status: request.status, detail: JSON.parse(request.responseText).detail };
  } catch {
    return { status: request?.status ?? 0 }; // a store's XML, or nothing at all
  }
}
