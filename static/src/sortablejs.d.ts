/** What we use of SortableJS, which brings no types. */
declare module "sortablejs" {
  interface Moved {
    item: HTMLElement;
    to: HTMLElement;
    from: HTMLElement;
    oldDraggableIndex?: number;
    newDraggableIndex?: number;
  }
  export default class Sortable {
    static create(list: HTMLElement, options: Record<string, unknown> & { onAdd?: (event: Moved) => void; onEnd?: (event: Moved) => void }): Sortable;
    destroy(): void;
  }
}
