/**
 * <crm-composer preview-url? draft-key?>: a textarea with an "Insert merge tag" menu and a live list of problems.
 *
 * Buttons `[data-insert="{{ … }}"]` put their text where the cursor was (textarea or subject). After each pause the whole
 * form is posted to preview-url; the answer (HTML) fills `[data-preview]`. A draft-key keeps unsent text in this browser.
 * `a[data-as]` and the form `[data-called]` preview as somebody else in place: what was written meanwhile stays;
 * whoever leaves a page with a preview before it is saved is asked. Where colleagues can be mentioned, "@" offers them.
 */
import { debounce, define } from "../dom";
import { Mentions } from "../mentions";

const PAUSE_MS = 400;
const MOVES = [[window, "scroll"], [window, "resize"], [window.visualViewport, "resize"]] as const;
type Writable = HTMLInputElement | HTMLTextAreaElement;

class Composer extends HTMLElement {
  private target: Writable | null = null;
  private isUnsaved = false;
  private mentions?: Mentions;

  connectedCallback(): void {
    this.target = this.querySelector("textarea");
    this.offerColleagues();
    this.restore();
    this.addEventListener("focusin", (event) => {
      const node = event.target as Element;
      if (node.matches("textarea, input[type=text], input:not([type])")) this.target = node as Writable;
    });
    this.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-insert]");
      if (button) this.insert(button.dataset["insert"] ?? "");
      const other = (event.target as Element).closest<HTMLElement>("a[data-as]");
      if (!other || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.showAs(other.dataset["as"] ?? "");
      void this.preview();
    });
    this.addEventListener("submit", (event) => {
      const asked = (event.target as Element).closest<HTMLFormElement>("form[data-called]");
      if (!asked) {
        if ((event.target as Element).contains(this.querySelector("textarea"))) this.isUnsaved = false;
        return;
      }
      event.preventDefault();
      void this.preview(String(new FormData(asked).get("called") ?? ""));
    });
    this.addEventListener("input", (event) => {
      if ((event.target as Element).closest("[data-called]")) return;
      this.isUnsaved = this.hasAttribute("preview-url");
      this.keep();
      this.previewSoon();
    });
    window.addEventListener("beforeunload", this.ask);
    this.closest("form")?.addEventListener("submit", () => this.forget());
    this.previewSoon();
  }

  disconnectedCallback(): void {
    window.removeEventListener("beforeunload", this.ask);
    if (this.mentions) for (const [target, name] of MOVES) target?.removeEventListener(name, this.mentions.follow, true);
  }

  private offerColleagues(): void {
    const area = this.querySelector("textarea");
    if (!area || !this.querySelector("[data-mention]")) return;
    this.mentions ??= new Mentions(area, this);
    for (const [target, name] of MOVES) target?.addEventListener(name, this.mentions.follow, true);
  }

  private readonly ask = (event: BeforeUnloadEvent): void => {
    if (this.isUnsaved) event.preventDefault();
  };

  private insert(text: string): void {
    const target = this.target;
    if (!target) return;
    const [from, to] = [target.selectionStart ?? target.value.length, target.selectionEnd ?? target.value.length];
    target.setRangeText(text, from, to, "end");
    target.focus();
    target.dispatchEvent(new Event("input", { bubbles: true }));
  }

  private showAs(key: string): void {
    for (const input of this.querySelectorAll<HTMLInputElement>("input[name=as]")) input.value = key;
  }

  private readonly previewSoon = debounce(PAUSE_MS, () => void this.preview());

  private async preview(called = ""): Promise<void> {
    const url = this.getAttribute("preview-url");
    const target = this.querySelector<HTMLElement>("[data-preview]");
    const form = this.closest("form") ?? this.querySelector("form");
    if (!url || !target || !form || !this.isConnected) return;
    // Not from the form itself: that would check it first, and move to the empty field while one writes in another.
    const values = { ...Object.fromEntries(new FormData(form) as unknown as Iterable<[string, string]>), ...(called && { called }) };
    await window.htmx.ajax("POST", url, { source: target, target, swap: "innerHTML", values });
    const shown = target.querySelector<HTMLElement>("[data-shown]")?.dataset["shown"];
    if (shown) this.showAs(shown);
  }

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
