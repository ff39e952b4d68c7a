/**
 * <crm-board>: cards of `[data-column]` lists are dragged between columns. Each card holds a form with the select
 * `stage`; a drop sets the select and fires its change, so that dragging, keyboard and phone go the same way.
 */
import Sortable from "sortablejs";
import { define } from "../dom";

class Board extends HTMLElement {
  private made: Sortable[] = [];
  private readonly from = new WeakMap<Element, Element>();

  connectedCallback(): void {
    this.dataset["drag"] = "";
    this.start();
    document.addEventListener("htmx:after:swap", this.start);
    this.addEventListener("htmx:error", this.putBack);
    this.addEventListener("htmx:response:error", this.refused);
  }

  disconnectedCallback(): void {
    document.removeEventListener("htmx:after:swap", this.start);
    for (const one of this.made) one.destroy();
  }

  private readonly start = (): void => {
    for (const column of this.querySelectorAll<HTMLElement>("[data-column]:not([data-ready])")) {
      column.dataset["ready"] = "";
      this.made.push(
        Sortable.create(column, {
          group: "board",
          draggable: ".board-card:has(select[name=stage])",
          filter: "select, a, button",
          preventOnFilter: false,
          ghostClass: "board-ghost",
          animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
          delay: 150,
          delayOnTouchOnly: true,
          sort: false,
          onAdd: ({ item, from, to }) => this.moved(item, from, to),
        }),
      );
    }
  };

  private moved(card: HTMLElement, from: HTMLElement, column: HTMLElement): void {
    const select = card.querySelector<HTMLSelectElement>("select[name=stage]");
    if (!select) return;
    this.from.set(card, from);
    select.value = column.dataset["column"] ?? "";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** What was not moved stands where it stood. */
  private readonly putBack = (event: Event): void => {
    const card = (event.target as Element).closest(".board-card");
    if (!card) return;
    this.from.get(card)?.append(card);
    const select = card.querySelector<HTMLSelectElement>("select[name=stage]");
    if (select) select.value = card.closest<HTMLElement>("[data-column]")?.dataset["column"] ?? "";
  };

  /** A colleague may have changed the board meanwhile: it is asked for anew. */
  private readonly refused = (event: Event): void => {
    if (!(event.target as Element).closest(".board-card")) return;
    this.putBack(event);
    document.body.dispatchEvent(new CustomEvent("crm:changed-pool"));
  };
}

define("crm-board", Board);
