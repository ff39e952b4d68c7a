/**
 * <crm-composer preview-url? draft-key?>: a textarea with an "Insert merge tag" menu and a live list of problems.
 *
 * Buttons `[data-insert="{{ … }}"]` put their text where the cursor was (textarea or subject). After each pause the whole
 * form is posted to preview-url; the answer (HTML) fills `[data-preview]`. A draft-key keeps unsent text in this browser.
 */
import { debounce, define } from "../dom";

const PAUSE_MS = 400;
type Writable = HTMLInputElement | HTMLTextAreaElement;

class Composer extends HTMLElement {
  private target: Writable | null = null;

  connectedCallback(): void {
    this.target = this.querySelector("textarea");
    this.restore();
    this.addEventListener("focusin", (event) => {
      const node = event.target as Element;
      if (node.matches("textarea, input[type=text], input:not([type])")) this.target = node as Writable;
    });
    this.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-insert]");
      if (button) this.insert(button.dataset["insert"] ?? "");
    });
    this.addEventListener("input", () => {
      this.keep();
      this.previewSoon();
    });
    this.closest("form")?.addEventListener("submit", () => this.forget());
    this.previewSoon();
  }

  private insert(text: string): void {
    const target = this.target;
    if (!target) return;
    const [from, to] = [target.selectionStart ?? target.value.length, target.selectionEnd ?? target.value.length];
    target.setRangeText(text, from, to, "end");
    target.focus();
    target.dispatchEvent(new Event("input", { bubbles: true }));
  }

  private readonly previewSoon = debounce(PAUSE_MS, () => {
    const url = this.getAttribute("preview-url");
    const target = this.querySelector<HTMLElement>("[data-preview]");
    const form = this.closest("form") ?? this.querySelector("form");
    if (!url || !target || !form || !this.isConnected) return;
    // Not from the form itself: that would check it first, and move to the empty field while one writes in another.
    void window.htmx.ajax("POST", url, { source: target, target, swap: "innerHTML", values: Object.fromEntries(new FormData(form) as unknown as Iterable<[string, string]>) });
  });

  private key(): string | null {
    const key = this.getAttribute("draft-key");
    return key ? `draft:${key}` : null;
  }

  private keep(): void {
    const [key, area] = [this.key(), this.querySelector("textarea")];
    if (key && area) localStorage.setItem(key, area.value);
  }

  private restore(): void {
    const [key, area] = [this.key(), this.querySelector("textarea")];
    const text = key ? localStorage.getItem(key) : null;
    if (text && area && !area.value) area.value = text;
  }

  private forget(): void {
    const key = this.key();
    if (key) localStorage.removeItem(key);
  }
}

define("crm-composer", Composer);
