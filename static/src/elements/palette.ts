/**
 * <crm-palette url>: Ctrl/⌘-K. Commands come from every `script[data-palette]` on the page, as
 * [{label, items: [{title, subtitle?, url? | click?, shortcut?}]}]; people and records from GET url?q=, as {groups: [...]}.
 */
import { debounce, define, make, word } from "../dom";

interface Item {
  title: string;
  subtitle?: string;
  url?: string;
  click?: string;
  shortcut?: string;
}
interface Group {
  label: string;
  items: Item[];
}

const RECENT = "palette-recent";
const SEARCH_MS = 120;
const NOTHING = 0;

/** How well the typed letters fit the title: higher is better, 0 is not at all. */
export function score(typed: string, title: string): number {
  const [needle, hay] = [typed.toLowerCase(), title.toLowerCase()];
  if (!needle) return 1;
  const at = hay.indexOf(needle);
  if (at >= 0) return 1000 - at - (at > 0 && hay[at - 1] !== " " ? 200 : 0);
  let [points, from] = [100, 0];
  for (const letter of needle.replaceAll(" ", "")) {
    const next = hay.indexOf(letter, from);
    if (next < 0) return NOTHING;
    points -= next - from > 0 && hay[next - 1] !== " " ? next - from : 0;
    from = next + 1;
  }
  return Math.max(1, points);
}

class Palette extends HTMLElement {
  private answer: Group[] = [];
  private answerFor = "";
  private shown: Item[] = [];
  private active = 0;
  private asked?: AbortController;

  connectedCallback(): void {
    document.addEventListener("keydown", this.global);
    document.addEventListener("click", this.openers);
    this.input.addEventListener("input", () => {
      this.active = 0;
      this.render();
      this.searchSoon();
    });
    this.input.addEventListener("keydown", this.keys);
    this.list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option) this.run(Number(option.dataset["index"]));
    });
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.global);
    document.removeEventListener("click", this.openers);
  }

  private get dialog(): HTMLDialogElement {
    return this.querySelector("dialog") as HTMLDialogElement;
  }
  private get input(): HTMLInputElement {
    return this.querySelector("input") as HTMLInputElement;
  }
  private get list(): HTMLElement {
    return this.querySelector("[role=listbox]") as HTMLElement;
  }

  private readonly global = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (this.dialog.open) this.dialog.close();
    else this.open();
  };

  private readonly openers = (event: Event): void => {
    if ((event.target as Element).closest("[data-palette-open]")) this.open();
  };

  private open(): void {
    this.input.value = "";
    this.answer = [];
    this.active = 0;
    this.dialog.showModal();
    this.input.focus();
    this.render();
  }

  private commands(): Group[] {
    const scripts = document.querySelectorAll<HTMLScriptElement>("script[data-palette]");
    return [...scripts].flatMap((script) => JSON.parse(script.textContent || "[]") as Group[]);
  }

  private recent(): Item[] {
    return JSON.parse(localStorage.getItem(RECENT) ?? "[]") as Item[];
  }

  private groups(typed: string): Group[] {
    const local = this.commands().map(({ label, items }) => ({
      label,
      items: items
        .map((item) => ({ item, points: score(typed, `${item.title} ${item.subtitle ?? ""}`) }))
        .filter(({ points }) => points > NOTHING)
        .sort((a, b) => (typed ? b.points - a.points : 0))
        .map(({ item }) => item)
        .slice(0, typed ? 6 : 12),
    }));
    const first = typed ? this.answer : [{ label: word("Recent"), items: this.recent() }];
    const places = [">", "@", "#"].includes(typed[0] ?? "") ? first : [...first, ...local];
    return (typed.startsWith(">") ? local : places).filter(({ items }) => items.length);
  }

  private render(): void {
    const typed = this.input.value.trim();
    const groups = this.groups(typed.startsWith(">") ? typed.slice(1).trim() || ">" : typed);
    this.shown = groups.flatMap(({ items }) => items);
    this.active = Math.min(this.active, Math.max(0, this.shown.length - 1));
    let index = 0;
    const nodes = groups.map(({ label, items }) => {
      const heading = make("div", { class: "group eyebrow", "aria-hidden": "true" }, label);
      return make("div", { role: "group", "aria-label": label }, heading, ...items.map((item) => this.option(item, index++)));
    });
    this.list.replaceChildren(...nodes);
    if (!this.shown.length) {
      const waiting = typed.length > 1 && this.answerFor !== typed;
      this.list.append(make("div", { class: "group muted", role: "option", "aria-disabled": "true" }, word(waiting ? "Searching…" : "Nothing found")));
    }
    const status = this.querySelector("[data-status]");
    if (status) status.textContent = word("{n} results", { n: this.shown.length });
    this.mark();
  }

  private option(item: Item, index: number): HTMLElement {
    const node = make("div", { role: "option", id: `palette-${index}`, "data-index": index }, make("span", { class: "title" }, item.title));
    if (item.subtitle) node.append(make("span", { class: "sub" }, item.subtitle));
    if (item.shortcut) {
      node.append(make("span", { class: "push" }, ...item.shortcut.split(" ").map((key) => make("kbd", { class: "kbd" }, key))));
    }
    return node;
  }

  private mark(): void {
    for (const node of this.list.querySelectorAll<HTMLElement>("[data-index]")) {
      const on = Number(node.dataset["index"]) === this.active;
      node.setAttribute("aria-selected", String(on));
      if (on) node.scrollIntoView({ block: "nearest" });
    }
    if (this.shown.length) this.input.setAttribute("aria-activedescendant", `palette-${this.active}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  private readonly keys = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const count = this.shown.length;
    if (event.key === "Enter") this.run(this.active);
    else if (event.key === "ArrowDown" && count) this.active = (this.active + 1) % count;
    else if (event.key === "ArrowUp" && count) this.active = (this.active - 1 + count) % count;
    else return;
    event.preventDefault();
    this.mark();
  };

  private run(index: number): void {
    const item = this.shown[index];
    if (!item) return;
    this.dialog.close();
    if (item.click) {
      document.querySelector<HTMLElement>(item.click)?.click();
      return;
    }
    const recent = [item, ...this.recent().filter(({ url }) => url !== item.url)].slice(0, 5);
    localStorage.setItem(RECENT, JSON.stringify(recent));
    if (item.url) location.assign(item.url);
  }

  private readonly searchSoon = debounce(SEARCH_MS, () => void this.search());

  private async search(): Promise<void> {
    const typed = this.input.value.trim();
    const url = this.getAttribute("url");
    this.asked?.abort();
    if (!url || typed.length < 2 || typed.startsWith(">")) {
      this.answer = [];
      this.render();
      return;
    }
    this.asked = new AbortController();
    try {
      const where = new URL(url, location.href);
      where.searchParams.set("q", typed);
      const reply = await fetch(where, { signal: this.asked.signal, headers: { Accept: "application/json" } });
      this.answer = reply.ok ? ((await reply.json()) as { groups: Group[] }).groups : [];
      this.answerFor = typed;
      this.render();
    } catch (error) {
      if ((error as Error).name !== "AbortError") this.answerFor = typed;
    }
  }
}

define("crm-palette", Palette);
