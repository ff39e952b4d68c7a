/**
 * "@" in a textarea opens the list of colleagues: filtered while one writes, chosen with Enter, Tab or the pointer.
 *
 * The colleagues are the buttons `[data-mention][data-email][data-handles][data-insert]` of the same composer: the menu
 * that stays for those who look for it. A textarea may not be a combobox, so the options are said as those of a text
 * field (aria-activedescendant), and a status says how many there are.
 */
import { spotOf } from "./caret";
import { make, word } from "./dom";
import { Listbox } from "./listbox";

interface Colleague {
  name: string;
  email: string;
  insert: string;
  handles: string[];
}

const BEGUN = /(?:^|[^\p{L}\p{N}_@.])@([^\n@]{0,60})$/u;
const GAP = 4;

function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Those of whose name, or address, every word that was written begins a word. */
export function fitting<T extends { name: string; email: string }>(all: T[], typed: string): T[] {
  const written = plain(typed).split(/\s+/).filter(Boolean);
  return all.filter(({ name, email }) => {
    const own = [...plain(name).split(/[\s-]+/), plain(name), plain(email)];
    return written.every((one) => own.some((theirs) => theirs.startsWith(one)));
  });
}

export class Mentions {
  private readonly options: Listbox;
  private readonly status = make("span", { class: "sr-only", role: "status" });
  private shown: Colleague[] = [];
  private from = -1; // where the "@" stands
  private left = -1; // the one that Escape said no to

  constructor(
    private readonly area: HTMLTextAreaElement,
    private readonly composer: HTMLElement,
  ) {
    this.options = new Listbox(area, "mention", (index) => this.choose(index));
    const { list } = this.options;
    list.popover = "manual"; // above everything, and cut off by nothing
    list.setAttribute("aria-label", word("Colleagues"));
    composer.append(list, this.status);
    area.setAttribute("aria-haspopup", "listbox");
    area.addEventListener("input", () => this.look());
    area.addEventListener("click", () => this.look());
    area.addEventListener("keyup", (event) => {
      if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) this.look();
    });
    area.addEventListener("blur", () => this.close());
    area.addEventListener("keydown", (event) => this.key(event));
  }

  /** What moved beside the list: it follows. */
  readonly follow = (): void => {
    if (this.options.isOpen) this.place();
  };

  private colleagues(): Colleague[] {
    return [...this.composer.querySelectorAll<HTMLElement>("[data-mention]")].map(({ dataset }) => ({
      name: dataset["mention"] ?? "",
      email: dataset["email"] ?? "",
      insert: dataset["insert"] ?? "",
      handles: (dataset["handles"] ?? "").split("|"),
    }));
  }

  private look(): void {
    const end = this.area.selectionStart;
    const typed = end === this.area.selectionEnd ? BEGUN.exec(this.area.value.slice(0, end))?.[1] : undefined;
    this.from = typed === undefined ? -1 : end - typed.length - 1;
    if (this.from !== this.left) this.left = -1;
    const all = typed === undefined || this.left >= 0 || /^\s/.test(typed) ? [] : this.colleagues();
    const said = (typed ?? "").toLowerCase().trim().replace(/\s+/g, " ");
    // A name that is written out and left with a space is done: Enter is a new line again.
    const isDone = /\s$/.test(typed ?? "") && all.some(({ handles }) => handles.includes(said));
    this.shown = isDone ? [] : fitting(all, typed ?? "");
    if (this.shown.length) this.open();
    else this.close();
  }

  private open(): void {
    this.options.show(
      this.shown.map(({ name, email }) => [name, ...(email === name ? [] : [make("span", { class: "sub" }, email)])]),
      0,
    );
    this.options.list.showPopover();
    this.place();
    const said = word("{n} results", { n: this.shown.length });
    if (this.status.textContent !== said) this.status.textContent = said;
  }

  /** Below the "@", or above it where there is no room: a phone's keyboard takes half of the window. */
  private place(): void {
    const [{ list }, spot, view] = [this.options, spotOf(this.area, this.from), window.visualViewport];
    const [width, height] = [document.documentElement.clientWidth, (view?.offsetTop ?? 0) + (view?.height ?? window.innerHeight)];
    const isBelow = spot.bottom + GAP + list.offsetHeight <= height || spot.top - GAP < list.offsetHeight;
    list.style.left = `${Math.max(8, Math.min(spot.left, width - list.offsetWidth - 8))}px`;
    list.style.top = `${isBelow ? spot.bottom + GAP : spot.top - GAP - list.offsetHeight}px`;
  }

  private close(): void {
    if (!this.options.isOpen) return;
    this.options.close();
    this.options.list.hidePopover();
    this.status.textContent = "";
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing || !this.options.isOpen || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      this.left = this.from;
      this.close();
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) this.choose(this.options.active);
    else if (!this.options.walk(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  private choose(index: number): void {
    const one = this.shown[index];
    if (!one) return;
    this.area.setRangeText(one.insert, this.from, this.area.selectionStart, "end");
    this.area.focus();
    this.close();
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
