/** The options below a field in which one writes: shown, walked with the arrow keys, and said as `aria-activedescendant`. */
import { freshId, make } from "./dom";

export class Listbox {
  readonly list = make("ul", { class: "options-list", role: "listbox", hidden: true });
  active = -1;

  /** `kind` begins the ids, which every built file counts for itself; `pick` hears the number of the option that was pressed. */
  constructor(
    private readonly field: HTMLElement,
    kind: string,
    pick: (index: number) => void,
  ) {
    this.list.id = freshId(`${kind}-options`);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.list.id);
    this.sayExpanded(false);
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option) pick(Number(option.dataset["index"]));
    });
  }

  get isOpen(): boolean {
    return !this.list.hidden;
  }

  /** Shows one option for each content; `active` is the marked one, -1 for none. */
  show(contents: (string | Node)[][], active: number): void {
    const options = contents.map((content, index) =>
      make("li", { role: "option", id: `${this.list.id}-${index}`, "data-index": index }, ...content),
    );
    this.list.replaceChildren(...options);
    this.list.hidden = options.length === 0;
    this.active = active;
    this.sayExpanded(options.length > 0);
    this.mark();
  }

  close(): void {
    this.list.hidden = true;
    this.active = -1;
    this.sayExpanded(false);
    this.field.removeAttribute("aria-activedescendant");
  }

  /** Whether the key was one that walks through the options. */
  walk(key: string): boolean {
    const count = this.isOpen ? this.list.children.length : 0;
    if (!count || (key !== "ArrowDown" && key !== "ArrowUp")) return false;
    const step = key === "ArrowDown" ? 1 : -1;
    this.active = this.active < 0 && step < 0 ? count - 1 : (this.active + step + count) % count;
    this.mark();
    return true;
  }

  private mark(): void {
    this.field.removeAttribute("aria-activedescendant");
    for (const [index, node] of [...this.list.children].entries()) {
      node.setAttribute("aria-selected", String(index === this.active));
      if (index !== this.active) continue;
      node.scrollIntoView({ block: "nearest" });
      this.field.setAttribute("aria-activedescendant", node.id);
    }
  }

  /** Only a combobox has that state: a textarea may not be one, its options are said as those of a text field. */
  private sayExpanded(is: boolean): void {
    if (this.field.getAttribute("role") === "combobox") this.field.setAttribute("aria-expanded", String(is));
  }
}
