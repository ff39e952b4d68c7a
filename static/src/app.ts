/** Start of every page: htmx with our rules, the elements of the frame, and the loader of the rest. */
import htmx from "htmx.org";
import { csrfToken } from "./dom";
import "./elements/cells";
import "./elements/copy";
import "./elements/dialog";
import "./elements/live";
import "./elements/menu";
import "./elements/palette";
import "./elements/selection";
import "./elements/shortcuts";
import "./elements/theme";
import "./elements/toasts";
import { loadOnDemand } from "./loader";

interface RequestDetail {
  ctx: { request: { headers: Record<string, string>; method: string } };
}

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}
window.htmx = htmx;

document.addEventListener("htmx:config:request", (event) => {
  const { request } = (event as CustomEvent<RequestDetail>).detail.ctx;
  if (!/^(GET|HEAD)$/i.test(request.method)) request.headers["X-CSRFToken"] = csrfToken();
});

let underWay = 0;
function showLoading(change: number): void {
  underWay = Math.max(0, underWay + change);
  document.documentElement.classList.toggle("is-loading", underWay > 0);
}
document.addEventListener("htmx:before:request", () => showLoading(1));
document.addEventListener("htmx:finally:request", () => showLoading(-1));

/** A form that came back with mistakes: the reader is taken to the summary. */
document.addEventListener("htmx:after:swap", () => {
  document.querySelector<HTMLElement>("[data-form-errors]:not([data-seen])")?.focus();
  document.querySelector("[data-form-errors]")?.setAttribute("data-seen", "");
});

/** Whoever makes an account begins with the clock of their own place. */
for (const input of document.querySelectorAll<HTMLInputElement>("input[data-own-zone]")) {
  input.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
}

loadOnDemand();
