/**
 * <crm-rules catalogue="id">: builds a condition tree and keeps it, as JSON, in its hidden input.
 *
 * Tree: {"all": [node]} | {"any": [node]} | {"not": node} | {"field", "op", "value"}. "None of these" is {"not": {"any": [...]}}.
 * Every change is written at once; a bubbling `change` follows after a pause, so that hx-trigger="change" counts live.
 */
import { askForElements, debounce, define, make, readJson, word } from "../dom";

interface Operator {
  name: string;
  label: string;
  value: "text" | "number" | "date" | "choice" | "choices" | "none" | "days" | "times";
}
interface Field {
  name: string;
  label: string;
  type: string;
  operators: Operator[];
  choices: { value: string; label: string }[] | null;
  suggest_url: string | null;
}
interface Leaf {
  field: string;
  op: string;
  value: unknown;
}
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

class Rules extends HTMLElement {
  private fields: Field[] = [];
  private tree: Group = { mode: "all", nodes: [] };
  private store?: HTMLInputElement;

  connectedCallback(): void {
    if (this.store) return;
    this.store = this.querySelector<HTMLInputElement>("input[type=hidden]") ?? undefined;
    if (!this.store) return;
    this.fields = readJson<Field[]>(this.getAttribute("catalogue"), []);
    const read = fromWire(JSON.parse(this.store.value || '{"all": []}') as Wire);
    this.tree = "mode" in read ? read : { mode: "all", nodes: [read] };
    this.render();
  }

  private readonly tellSoon = debounce(PAUSE_MS, () => this.dispatchEvent(new Event("change", { bubbles: true })));

  private changed(redraw: boolean): void {
    if (this.store) this.store.value = JSON.stringify(toWire(this.tree));
    if (redraw) this.render();
    this.tellSoon();
  }

  private render(): void {
    const old = this.querySelector(".rules-group");
    const fresh = this.group(this.tree, null, 1);
    if (old) old.replaceWith(fresh);
    else this.append(fresh);
    askForElements();
  }

  private focusAt(path: string): void {
    this.querySelector<HTMLElement>(path)?.focus();
  }

  private group(group: Group, parent: Group | null, depth: number): HTMLElement {
    const label = parent ? word("Group of conditions") : (this.getAttribute("label") ?? word("Group of conditions"));
    const box = make("div", { class: "rules-group", role: "group", "aria-label": label });
    const rows = make("ul", { class: "rules-rows" });
    for (const node of group.nodes) {
      rows.append(make("li", {}, "mode" in node ? this.group(node, group, depth + 1) : this.row(node, group)));
    }
    box.append(this.head(group, parent), rows, this.foot(group, depth));
    return box;
  }

  private head(group: Group, parent: Group | null): HTMLElement {
    const select = make("select", { class: "select", "aria-label": word("Match") });
    for (const [mode, label] of MODES) select.append(make("option", { value: mode, selected: mode === group.mode }, word(label)));
    this.on(select, () => {
      group.mode = select.value as Mode;
      this.changed(false);
    });
    const head = make("div", { class: "rules-head" }, make("span", {}, word("Match")), select);
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
    return { field: field?.name ?? "", op: operator?.name ?? "", value: emptyValue(operator) };
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

  /** Changes of inner controls stay inside: the outside hears one debounced change. */
  private on(control: HTMLElement, act: () => void): void {
    for (const name of ["change", "input"]) {
      control.addEventListener(name, (event) => {
        event.stopPropagation();
        act();
      });
    }
  }

  private row(leaf: Leaf, parent: Group): HTMLElement {
    const field = this.fields.find(({ name }) => name === leaf.field) ?? this.fields[0];
    const which = make("select", { class: "select", "aria-label": word("Field") });
    for (const one of this.fields) which.append(make("option", { value: one.name, selected: one === field }, one.label));
    const operators = make("select", { class: "select", "aria-label": word("Operator") });
    for (const one of field?.operators ?? []) operators.append(make("option", { value: one.name, selected: one.name === leaf.op }, one.label));
    const row = make("div", { class: "rules-row" }, which, operators, this.value(leaf, field), this.remover(leaf, parent, word("Remove condition"), ""));
    which.addEventListener("change", (event) => {
      event.stopPropagation();
      const chosen = this.fields.find(({ name }) => name === which.value);
      Object.assign(leaf, { field: which.value, op: chosen?.operators[0]?.name ?? "", value: emptyValue(chosen?.operators[0]) });
      this.redrawRow(row, leaf, parent, 0);
    });
    operators.addEventListener("change", (event) => {
      event.stopPropagation();
      const before = field?.operators.find(({ name }) => name === leaf.op)?.value;
      const after = field?.operators.find(({ name }) => name === operators.value);
      leaf.op = operators.value;
      if (after?.value !== before) leaf.value = emptyValue(after);
      this.redrawRow(row, leaf, parent, 1);
    });
    return row;
  }

  private redrawRow(row: HTMLElement, leaf: Leaf, parent: Group, focus: number): void {
    const fresh = this.row(leaf, parent);
    row.replaceWith(fresh);
    askForElements();
    fresh.querySelectorAll<HTMLElement>("select")[focus]?.focus();
    this.changed(false);
  }

  private value(leaf: Leaf, field: Field | undefined): HTMLElement {
    const kind = field?.operators.find(({ name }) => name === leaf.op)?.value ?? "none";
    const box = make("div", { class: "value" });
    if (kind === "none" || !field) return box;
    if (kind === "choices") box.append(this.several(leaf, field));
    else if (kind === "choice" && field.choices) box.append(this.one(leaf, field));
    else if (kind === "times") box.append(...this.often(leaf));
    else box.append(this.typed(leaf, kind));
    if (kind === "days") box.append(make("span", { class: "muted small" }, word("days")));
    return box;
  }

  private one(leaf: Leaf, field: Field): HTMLElement {
    const select = make("select", { class: "select", "aria-label": word("Value") });
    select.append(make("option", { value: "" }, "–"));
    for (const { value, label } of field.choices ?? []) select.append(make("option", { value, selected: value === leaf.value }, label));
    this.on(select, () => {
      leaf.value = select.value;
      this.changed(false);
    });
    return select;
  }

  private several(leaf: Leaf, field: Field): HTMLElement {
    const tags = make("crm-tags" as "div", { label: word("Value"), url: field.suggest_url ?? undefined, fixed: Boolean(field.choices) });
    if (field.choices) tags.setAttribute("choices", this.choicesOf(field));
    const select = make("select", { multiple: true, "aria-label": word("Value") });
    for (const value of (Array.isArray(leaf.value) ? leaf.value : []) as string[]) {
      const label = field.choices?.find((choice) => choice.value === value)?.label ?? value;
      select.append(make("option", { value, selected: true }, label));
    }
    tags.append(select);
    this.on(tags, () => {
      leaf.value = ((tags as unknown as { chosen: { value: string }[] }).chosen ?? []).map(({ value }) => value);
      this.changed(false);
    });
    return tags;
  }

  private choicesOf(field: Field): string {
    const id = `${this.getAttribute("catalogue")}-${field.name}`;
    if (!document.getElementById(id)) {
      this.append(make("script", { type: "application/json", id }, JSON.stringify(field.choices)));
    }
    return id;
  }

  /** "at least N times within D days": {times, days}. */
  private often(leaf: Leaf): HTMLElement[] {
    const value = { times: 1, days: 30, ...(leaf.value as object | null) } as Record<string, number | null>;
    const input = (part: "times" | "days", label: string): HTMLElement => {
      const box = make("input", { type: "number", class: "input", "aria-label": word(label), value: String(value[part] ?? ""), min: part === "times" ? 1 : 0 });
      box.inputMode = "numeric";
      this.on(box, () => {
        value[part] = box.value === "" ? null : Number(box.value);
        leaf.value = { ...value };
        this.changed(false);
      });
      return box;
    };
    const said = (text: string): HTMLElement => make("span", { class: "muted small" }, word(text));
    return [input("times", "Times"), said("times within"), input("days", "days"), said("days")];
  }

  private typed(leaf: Leaf, kind: string): HTMLElement {
    const type = kind === "date" ? "date" : kind === "text" || kind === "choice" ? "text" : "number";
    const input = make("input", { type, class: "input", "aria-label": word("Value"), value: String(leaf.value ?? ""), min: kind === "days" ? 0 : undefined });
    if (type === "number") input.inputMode = "numeric";
    this.on(input, () => {
      leaf.value = type === "number" ? (input.value === "" ? null : Number(input.value)) : input.value;
      this.changed(false);
    });
    return input;
  }
}

function emptyValue(operator: Operator | undefined): unknown {
  if (operator?.value === "choices") return [];
  if (operator?.value === "times") return { times: 1, days: 30 };
  return operator?.value === "number" || operator?.value === "days" || operator?.value === "none" ? null : "";
}

define("crm-rules", Rules);
