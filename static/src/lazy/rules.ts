/**
 * <crm-rules catalogue="id" today="2026-03-02">: builds a condition tree and keeps it, as JSON, in its hidden input.
 *
 * Tree: {"all": [node]} | {"any": [node]} | {"not": node} | {"field", "op", "value"}. "None of these" is {"not": {"any": [...]}}.
 * Every change is written at once; a bubbling `change` follows after a pause, so that hx-trigger="change" counts live.
 */
import { askForElements, debounce, define, make, readJson, word } from "../dom";
import { emptyValue, valueInputs, type Field, type Host, type Leaf } from "./rules-values";

type Mode = "all" | "any" | "none";
interface Group {
  mode: Mode;
  nodes: (Group | Leaf)[];
}
type Wire = { all: Wire[] } | { any: Wire[] } | { not: Wire } | Leaf;

const PAUSE_MS = 300;
const DEEPEST = 4;
const MODES: [Mode, string][] = [["all", "All of these"], ["any", "Any of these"], ["none", "None of these"]];

function fromWire(wire: Wire): Group | Leaf {
  if ("all" in wire) return { mode: "all", nodes: wire.all.map(fromWire) };
  if ("any" in wire) return { mode: "any", nodes: wire.any.map(fromWire) };
  if (!("not" in wire)) return { field: wire.field, op: wire.op, value: wire.value };
  const inner = fromWire(wire.not);
  if ("mode" in inner && inner.mode === "any") return { mode: "none", nodes: inner.nodes };
  return { mode: "none", nodes: [inner] };
}

function toWire(node: Group | Leaf): Wire {
  if (!("mode" in node)) return { field: node.field, op: node.op, value: node.value };
  const nodes = node.nodes.map(toWire);
  if (node.mode === "all") return { all: nodes };
  return node.mode === "any" ? { any: nodes } : { not: { any: nodes } };
}

class Rules extends HTMLElement implements Host {
  today = "";
  private fields: Field[] = [];
  private tree: Group = { mode: "all", nodes: [] };
  private store?: HTMLInputElement;

  connectedCallback(): void {
    if (this.store) return;
    this.store = this.querySelector<HTMLInputElement>("input[type=hidden]") ?? undefined;
    if (!this.store) return;
    this.today = this.getAttribute("today") || new Date().toISOString().slice(0, 10);
    this.fields = readJson<Field[]>(this.getAttribute("catalogue"), []);
    this.tree = this.read(this.store.value);
    this.render();
  }

  private read(text: string): Group {
    try {
      const read = fromWire(JSON.parse(text || '{"all": []}') as Wire);
      return "mode" in read ? read : { mode: "all", nodes: [read] };
    } catch {
      return { mode: "all", nodes: [] };
    }
  }

  private readonly tellSoon = debounce(PAUSE_MS, () => this.dispatchEvent(new Event("change", { bubbles: true })));

  changed(redraw = false): void {
    if (this.store) this.store.value = JSON.stringify(toWire(this.tree));
    if (redraw) this.render();
    this.tellSoon();
  }

  private render(): void {
    const old = this.querySelector(".rules-group");
    const fresh = this.group(this.tree, null, 1, "1");
    if (old) old.replaceWith(fresh);
    else this.append(fresh);
    askForElements();
  }

  private focusAt(path: string): void {
    this.querySelector<HTMLElement>(path)?.focus();
  }

  /** Every group with its number: "1" is the outermost, "1.2" the second group inside it. */
  private groups(group: Group = this.tree, number = "1"): [string, Group][] {
    const inner = group.nodes.filter((node): node is Group => "mode" in node);
    return [[number, group], ...inner.flatMap((one, index) => this.groups(one, `${number}.${index + 1}`))];
  }

  private group(group: Group, parent: Group | null, depth: number, number: string): HTMLElement {
    const label = parent ? word("Group of conditions") : (this.getAttribute("label") ?? word("Group of conditions"));
    const box = make("div", { class: "rules-group", role: "group", "aria-label": label });
    const rows = make("ul", { class: "rules-rows" });
    let groups = 0;
    for (const node of group.nodes) {
      const inside = "mode" in node ? this.group(node, group, depth + 1, `${number}.${(groups += 1)}`) : this.row(node, group);
      rows.append(make("li", {}, inside));
    }
    box.append(this.head(group, parent, number), rows, this.foot(group, depth));
    return box;
  }

  private head(group: Group, parent: Group | null, number: string): HTMLElement {
    const select = make("select", { class: "select", "aria-label": word("Match") });
    for (const [mode, label] of MODES) select.append(make("option", { value: mode, selected: mode === group.mode }, word(label)));
    this.on(select, () => {
      group.mode = select.value as Mode;
      this.changed();
    });
    const head = make("div", { class: "rules-head" }, make("span", {}, word("Match")), select);
    if (this.groups().length > 1) head.append(make("span", { class: "muted small" }, word("Group {number}", { number })));
    if (parent) head.append(this.remover(group, parent, word("Remove group"), "rules-remove"));
    return head;
  }

  private foot(group: Group, depth: number): HTMLElement {
    const add = (label: string, make_: () => Group | Leaf): HTMLButtonElement => {
      const button = make("button", { type: "button", class: "btn btn-sm" }, `+ ${label}`);
      button.addEventListener("click", () => {
        group.nodes.push(make_());
        this.changed(true);
        const selects = this.querySelectorAll<HTMLElement>(".rules-row select, .rules-head select");
        [...selects].find((node) => node.dataset["fresh"])?.focus();
      });
      return button;
    };
    const foot = make("div", { class: "rules-foot" }, add(word("Add condition"), () => this.freshLeaf()));
    if (depth < DEEPEST) foot.append(add(word("Add group"), () => ({ mode: "any", nodes: [this.freshLeaf()] })));
    return foot;
  }

  private freshLeaf(): Leaf {
    const field = this.fields[0];
    const operator = field?.operators[0];
    return { field: field?.name ?? "", op: operator?.name ?? "", value: emptyValue(operator?.value, field) };
  }

  private remover(node: Group | Leaf, parent: Group, label: string, css: string): HTMLButtonElement {
    const button = make("button", { type: "button", class: `btn btn-ghost btn-square ${css}`, "aria-label": label, title: label }, "×");
    button.addEventListener("click", () => {
      parent.nodes = parent.nodes.filter((one) => one !== node);
      this.changed(true);
      this.focusAt(".rules-foot button");
    });
    return button;
  }

  /** Lifts a condition out of its group and into another one. */
  private mover(leaf: Leaf, parent: Group): HTMLElement | null {
    const groups = this.groups();
    if (groups.length < 2) return null;
    const select = make("select", { class: "select rules-move", "aria-label": word("Move to another group"), title: word("Move to another group") });
    for (const [number, group] of groups) {
      select.append(make("option", { value: number, selected: group === parent }, word("Group {number}", { number })));
    }
    this.on(select, () => {
      const target = groups.find(([number]) => number === select.value)?.[1];
      if (!target || target === parent) return;
      parent.nodes = parent.nodes.filter((one) => one !== leaf);
      target.nodes.push(leaf);
      this.changed(true);
      this.focusAt(".rules-foot button");
    });
    return select;
  }

  /** Changes of inner controls stay inside: the outside hears one debounced change. */
  on(control: HTMLElement, act: () => void): void {
    for (const name of ["change", "input"]) {
      control.addEventListener(name, (event) => {
        event.stopPropagation();
        if (name === "change" || control.tagName !== "SELECT") act();
      });
    }
  }

  private fieldSelect(chosen: Field | undefined): HTMLSelectElement {
    const select = make("select", { class: "select", "aria-label": word("Field") });
    const boxes = new Map<string, HTMLElement>();
    for (const one of this.fields) {
      const option = make("option", { value: one.name, selected: one === chosen }, one.label);
      if (!one.group) select.append(option);
      else {
        if (!boxes.has(one.group)) {
          boxes.set(one.group, make("optgroup", { label: one.group }));
          select.append(boxes.get(one.group) as HTMLElement);
        }
        boxes.get(one.group)?.append(option);
      }
    }
    return select;
  }

  private row(leaf: Leaf, parent: Group): HTMLElement {
    const field = this.fields.find(({ name }) => name === leaf.field);
    const which = this.fieldSelect(field);
    if (!field) which.prepend(make("option", { value: leaf.field, selected: true }, word("A field that is gone")));
    const operators = make("select", { class: "select", "aria-label": word("Operator") });
    for (const one of field?.operators ?? []) operators.append(make("option", { value: one.name, selected: one.name === leaf.op }, one.label));
    const box = make("div", { class: "value" }, ...(field ? valueInputs(leaf, field, this) : []));
    const row = make("div", { class: "rules-row" }, which, operators, box, this.remover(leaf, parent, word("Remove condition"), ""));
    const mover = this.mover(leaf, parent);
    if (mover) row.insertBefore(mover, row.lastChild);
    which.addEventListener("change", (event) => {
      event.stopPropagation();
      const chosen = this.fields.find(({ name }) => name === which.value);
      Object.assign(leaf, { field: which.value, op: chosen?.operators[0]?.name ?? "", value: emptyValue(chosen?.operators[0]?.value, chosen) });
      this.redrawRow(row, leaf, parent, 0);
    });
    operators.addEventListener("change", (event) => {
      event.stopPropagation();
      const before = field?.operators.find(({ name }) => name === leaf.op)?.value;
      const after = field?.operators.find(({ name }) => name === operators.value)?.value;
      leaf.op = operators.value;
      if (after !== before) leaf.value = emptyValue(after, field);
      this.redrawRow(row, leaf, parent, 1);
    });
    return row;
  }

  private redrawRow(row: HTMLElement, leaf: Leaf, parent: Group, focus: number): void {
    const fresh = this.row(leaf, parent);
    row.replaceWith(fresh);
    askForElements();
    fresh.querySelectorAll<HTMLElement>("select")[focus]?.focus();
    this.changed();
  }

  choicesOf(field: Field): string {
    const id = `${this.getAttribute("catalogue")}-${field.name}`;
    if (!document.getElementById(id)) {
      this.append(make("script", { type: "application/json", id }, JSON.stringify(field.choices)));
    }
    return id;
  }
}

define("crm-rules", Rules);
