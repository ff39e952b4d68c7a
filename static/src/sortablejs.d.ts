/** What we use of SortableJS, which brings no types. */
declare module "sortablejs" {
  interface Moved {
    item: HTMLElement;
    to: HTMLElement;
  }
  export default class Sortable {
    static create(list: HTMLElement, options: Record<string, unknown> & { onAdd?: (event: Moved) => void }): Sortable;
    destroy(): void;
  }
}
