/**
 * <crm-selection total="1243">: ticked rows that survive swaps, and the bar that acts on them.
 *
 * Inside: row boxes `input[data-pick]` (value = id), an optional `input[data-pick-all]`, and one `form[data-bulk]`
 * with `input[name=ids]` (filled with the ids, comma-separated), `input[name=all_matching]`, `[data-count]`,
 * `[data-total]` inside what is swapped tells the number anew. Also
 * an optional button `[data-offer-all]` ("Select all that match") and a button `[data-clear]`. What is only for so many
 * people says `data-exactly="2"`.
 */
import { define, word } from "../dom";

class Selection extends HTMLElement {
  private readonly ids = new Set<string>();
  private all = false;
  private last: HTMLInputElement | null = null;

  connectedCallback(): void {
    this.addEventListener("click", this.pressed);
    this.addEventListener("change", this.change);
    document.addEventListener("htmx:after:swap", this.refresh);
    document.addEventListener("crm:clear-selection", this.clear);
    document.addEventListener("keydown", this.escape);
    for (const box of this.boxes()) if (box.checked) this.ids.add(box.value);
    this.refresh();
  }

  disconnectedCallback(): void {
    document.removeEventListener("htmx:after:swap", this.refresh);
    document.removeEventListener("crm:clear-selection", this.clear);
    document.removeEventListener("keydown", this.escape);
  }

  private boxes(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("input[data-pick]")];
  }

  private readonly pressed = (event: Event): void => {
    const target = event.target as Element;
    if (target.closest("[data-clear]")) this.clear();
    if (target.closest("[data-offer-all]")) {
      this.all = true;
      this.refresh();
    }
    if (target instanceof HTMLInputElement && target.matches("[data-pick]")) {
      if ((event as MouseEvent).shiftKey && this.last) this.range(this.last, target);
      this.last = target;
    }
  };

  private range(from: HTMLInputElement, to: HTMLInputElement): void {
    const boxes = this.boxes();
    const [low, high] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b) as [number, number];
    for (const box of boxes.slice(Math.max(0, low), high + 1)) this.pick(box.value, to.checked);
  }

  private readonly change = (event: Event): void => {
    const box = event.target as HTMLInputElement;
    if (box.matches("[data-pick]")) this.pick(box.value, box.checked);
    else if (box.matches("[data-pick-all]")) for (const one of this.boxes()) this.pick(one.value, box.checked);
    else return;
    this.all = false;
    this.refresh();
  };

  private pick(id: string, on: boolean): void {
    if (on) this.ids.add(id);
    else this.ids.delete(id);
  }

  private readonly escape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || document.querySelector("dialog[open], :popover-open")) return;
    if (!(event.target as Element).closest("input:not([type=checkbox]), textarea, select")) this.clear();
  };

  readonly clear = (): void => {
    this.ids.clear();
    this.all = false;
    this.refresh();
  };

  private readonly refresh = (): void => {
    const boxes = this.boxes();
    for (const box of boxes) box.checked = this.all || this.ids.has(box.value);
    const ticked = boxes.filter((box) => box.checked).length;
    const head = this.querySelector<HTMLInputElement>("input[data-pick-all]");
    if (head) {
      head.checked = boxes.length > 0 && ticked === boxes.length;
      head.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    this.showBar(boxes.length > 0 && ticked === boxes.length);
  };

  private showBar(wholePage: boolean): void {
    const form = this.querySelector<HTMLFormElement>("form[data-bulk]");
    if (!form) return;
    const told = this.querySelector<HTMLElement>("[data-total]")?.dataset["total"];
    const total = Number(told ?? this.getAttribute("total") ?? 0);
    const count = this.all ? total : this.ids.size;
    form.hidden = count === 0;
    const fill = (selector: string, value: string): void => {
      const input = form.querySelector<HTMLInputElement>(selector);
      if (input) input.value = value;
    };
    fill("input[name=ids]", [...this.ids].join(","));
    fill("input[name=all_matching]", this.all ? "1" : "");
    const label = form.querySelector("[data-count]");
    if (label) label.textContent = word("{n} selected", { n: count.toLocaleString() });
    for (const one of form.querySelectorAll<HTMLElement>("[data-exactly]"))
      one.hidden = count !== Number(one.dataset["exactly"]);
    const offer = form.querySelector<HTMLElement>("[data-offer-all]");
    if (offer) offer.hidden = this.all || !wholePage || total <= this.ids.size;
  }
}

define("crm-selection", Selection);
