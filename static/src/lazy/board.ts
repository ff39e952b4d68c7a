/**
 * <crm-board>: cards of `[data-column]` lists are dragged between columns. Each card holds a form with the select
 * `stage`; a drop sets the select and fires its change, so that dragging, keyboard and phone go the same way.
 */
import Sortable from "sortablejs";
import { define } from "../dom";

class Board extends HTMLElement {
  private made: Sortable[] = [];

  connectedCallback(): void {
    this.dataset["drag"] = "";
    this.start();
    document.addEventListener("htmx:after:swap", this.start);
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
          onAdd: ({ item, to }) => this.moved(item, to),
        }),
      );
    }
  };

  private moved(card: HTMLElement, column: HTMLElement): void {
    const select = card.querySelector<HTMLSelectElement>("select[name=stage]");
    if (!select) return;
    select.value = column.dataset["column"] ?? "";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

define("crm-board", Board);
