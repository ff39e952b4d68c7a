/** <crm-toasts>: what has just happened, with its Undo. Fed by `crm:toast` events and by messages the server rendered. */
import htmx from "htmx.org";
import { define, make, word } from "../dom";

export interface Toast {
  text: string;
  tone?: "error";
  undo?: string;
  url?: string;
  label?: string;
  watch?: string; // the address of a fragment to show: how far something is
}

const PLAIN_MS = 6000;
const ACTION_MS = 14000;
const SPOKEN_MS = 250; // a screen reader speaks only what comes into the region after the page is there
let lastUndo = "";

/** Takes back the latest act that can be taken back; answers whether there was one. */
export function undoLast(): boolean {
  if (!lastUndo) return false;
  const url = lastUndo;
  lastUndo = "";
  for (const card of document.querySelectorAll(`[data-undo="${CSS.escape(url)}"]`)) card.remove();
  void htmx.ajax("POST", url, { swap: "none" });
  return true;
}

class Toasts extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener("crm:toast", this.receive);
    const rendered = [...this.querySelectorAll<HTMLElement>(".toast-card")];
    for (const card of rendered) this.tend(card);
    setTimeout(() => this.append(...rendered.filter((card) => card.isConnected)), SPOKEN_MS);
  }

  disconnectedCallback(): void {
    document.removeEventListener("crm:toast", this.receive);
  }

  private readonly receive = (event: Event): void => {
    const toast = (event as CustomEvent<Toast>).detail;
    const card = make("div", { class: `toast-card ${toast.tone === "error" ? "toast-error" : ""}` });
    card.append(make("p", {}, toast.text));
    if (toast.url) card.append(make("a", { href: toast.url }, toast.label ?? word("Show")));
    if (toast.undo) {
      card.dataset["undo"] = toast.undo;
      card.append(make("button", { type: "button", class: "undo", title: "z" }, word("Undo")));
    }
    if (toast.watch) {
      card.classList.add("toast-watch");
      const told = make("div", { "hx-get": toast.watch, "hx-trigger": "load", "hx-swap": "outerHTML" });
      card.replaceChildren(told);
    }
    card.append(make("button", { type: "button", "data-dismiss": true, "aria-label": word("Dismiss") }, "×"));
    this.append(card);
    if (toast.watch) htmx.process(card);
    this.tend(card);
  };

  private tend(card: HTMLElement): void {
    const url = card.dataset["undo"];
    if (url) lastUndo = url;
    card.addEventListener("click", (event) => {
      const target = event.target as Element;
      if (target.closest(".undo") && url) {
        lastUndo = url;
        undoLast();
      } else if (target.closest("[data-dismiss]")) card.remove();
    });
    if (card.matches(".toast-error, .toast-watch")) return;
    let timer = 0;
    const start = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => card.remove(), url || card.querySelector("a") ? ACTION_MS : PLAIN_MS);
    };
    const hold = (): void => clearTimeout(timer);
    for (const name of ["mouseenter", "focusin"]) card.addEventListener(name, hold);
    for (const name of ["mouseleave", "focusout"]) card.addEventListener(name, start);
    start();
  }
}

export function toast(detail: Toast): void {
  document.dispatchEvent(new CustomEvent<Toast>("crm:toast", { detail }));
}

document.addEventListener("htmx:error", (event) => {
  const ctx = (event as CustomEvent<{ ctx?: { sourceElement?: Element } }>).detail?.ctx;
  if (ctx?.sourceElement?.closest("crm-live")) return;
  toast({ text: word("That did not reach the server. Nothing was changed; please try again."), tone: "error" });
});
document.addEventListener("htmx:response:error", (event) => {
  const ctx = (event as CustomEvent<{ ctx?: { response?: { status?: number } } }>).detail?.ctx;
  const status = ctx?.response?.status ?? 500;
  if (status === 422) return;
  const text = status === 403 ? "You are not allowed to do that." : "The server could not do that. Please try again.";
  toast({ text: word(text), tone: "error" });
});

/** allauth's own WebAuthn scripts report here when the device or the reader refuses. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  toast({ text: word("Your browser or device did not confirm the passkey."), tone: "error" });
});

define("crm-toasts", Toasts);
