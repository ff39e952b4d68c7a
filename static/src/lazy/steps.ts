/**
 * <crm-steps>: the steps of a sequence are dragged within their line, and into the arms of a branch. Each holds the form
 * of its arrows, `form[data-place]`; a drop says in it where the step stands now and sends it, as the arrows do. Without
 * a pointer the arrows and the menu "Move to…" of each step do the same; `#step-…` has the focus when the page is back.
 */
import Sortable from "sortablejs";
import { define } from "../dom";

class Steps extends HTMLElement {
  private made: Sortable[] = [];

  connectedCallback(): void {
    this.dataset["drag"] = "";
    this.made = [...this.querySelectorAll<HTMLElement>("[data-line]")].map((line) =>
      Sortable.create(line, {
        group: "steps",
        draggable: "[data-step]",
        filter: "a, button, input, form, [popover]",
        preventOnFilter: false,
        ghostClass: "board-ghost",
        animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
        delay: 150,
        delayOnTouchOnly: true,
        fallbackOnBody: true,
        swapThreshold: 0.65,
        onEnd: (event) => {
          if (event.from !== event.to || event.oldDraggableIndex !== event.newDraggableIndex) this.moved(event);
        },
      }),
    );
  }

  disconnectedCallback(): void {
    for (const one of this.made) one.destroy();
  }

  private moved({ item, to, newDraggableIndex }: { item: HTMLElement; to: HTMLElement; newDraggableIndex?: number }): void {
    const form = item.querySelector<HTMLFormElement>("form[data-place]");
    if (!form) return;
    const place = { branch: to.dataset["branch"], arm: to.dataset["arm"], to: String(newDraggableIndex ?? 0) };
    for (const [name, value] of Object.entries(place)) {
      let field = form.querySelector<HTMLInputElement>(`input[name=${name}]`);
      if (!field) {
        field = Object.assign(document.createElement("input"), { type: "hidden", name });
        form.append(field);
      }
      field.value = value ?? "";
    }
    form.requestSubmit();
  }
}

define("crm-steps", Steps);
