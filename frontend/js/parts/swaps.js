// Around htmx: the CSRF header, words for what went wrong, and where focus goes.
import { tell } from "./toast.js";

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token && !/^(GET|HEAD|QUERY)$/i.test(request.method)) request.headers["X-CSRFToken"] = token;
});

const words = () => document.querySelector("[data-toasts]")?.dataset ?? {};

// an answer of 4xx/5xx: our pages say why in problem JSON (`detail`); 422 is a
// form with its errors and is swapped in like any answer
document.addEventListener("htmx:response:error", (event) => {
  const { response, text } = event.detail.ctx;
  if (response.status === 422) return;
  let detail = "";
  if (response.headers.get("content-type")?.includes("json")) {
    try {
      detail = JSON.parse(text).detail;
    } catch {
      // not JSON after all: the general words do
    }
  }
  tell(detail || words().failed, "bad");
});
document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx) tell(words().lost, "bad");
});

// "Xem thêm" (data-more = id of the list) puts focus on the first new item, a
// form that came back on its summary of errors; otherwise focus stays.
function speakErrors() {
  const summary = document.querySelector("[data-error-summary]:not([data-said])");
  if (!summary) return;
  summary.dataset.said = ""; // once: a later swap elsewhere must not pull focus back here
  summary.focus();
}
speakErrors();

let growing = null;
let counted = 0;
document.addEventListener("htmx:before:swap", (event) => {
  const more = event.detail.ctx.sourceElement?.closest?.("[data-more]");
  growing = more && document.getElementById(more.dataset.more);
  counted = growing?.children.length ?? 0;
});
document.addEventListener("htmx:after:swap", () => {
  speakErrors();
  growing?.children[counted]?.querySelector("a, button")?.focus();
  growing = null;
});
