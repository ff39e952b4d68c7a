/** The inputs of one condition's value in <crm-rules>, by the kind of value that its operator wants. */
import { make, word } from "../dom";

export type Kind =
  | "text" | "number" | "numbers" | "date" | "dates" | "choice" | "choices" | "none" | "days" | "span" | "times" | "near" | "share" | "rated" | "years";
export interface Choice {
  value: string;
  label: string;
}
export interface Field {
  name: string;
  label: string;
  group?: string;
  type: string;
  operators: { name: string; label: string; value: Kind }[];
  choices: Choice[] | null;
  ratings?: Choice[] | null;
  suggest_url: string | null;
  unit?: string;
}
export interface Leaf {
  field: string;
  op: string;
  value: unknown;
}
type Parts = Record<string, unknown>;

/** Where the inputs report to: `changed` after every edit, `choicesOf` gives the id of a field's choices as JSON. */
export interface Host {
  today: string;
  changed(): void;
  on(control: HTMLElement, act: () => void): void;
  choicesOf(field: Field): string;
}

export function emptyValue(kind: Kind | undefined, field?: Field): unknown {
  const first = field?.ratings?.[0]?.value ?? "1";
  const fresh: Partial<Record<Kind, unknown>> = {
    choices: [],
    times: { times: 1, days: 30 },
    dates: { from: "", to: "" },
    numbers: { from: null, to: null },
    near: { place: "", km: 50 },
    share: { experiment: "", percent: 50 },
    rated: { values: [], least: Number(first) },
    years: { values: [], least: 2 },
    number: null,
    days: null,
    span: null,
    none: null,
  };
  return kind !== undefined && kind in fresh ? fresh[kind] : "";
}

const said = (text: string): HTMLElement => make("span", { class: "muted small" }, word(text));

/** The day that a length of time leads to: months and years keep the day, or the month's last one. */
export function shifted(today: string, count: number, unit: string, back: boolean): Date | null {
  const day = new Date(`${today}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || !Number.isInteger(count) || count < 0 || count > 3650) return null;
  const steps = back ? -count : count;
  if (unit === "days") {
    day.setUTCDate(day.getUTCDate() + steps);
    return day;
  }
  const months = day.getUTCMonth() + steps * (unit === "years" ? 12 : 1);
  const last = new Date(Date.UTC(day.getUTCFullYear(), months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(day.getUTCFullYear(), months, Math.min(day.getUTCDate(), last)));
}

class Values {
  constructor(private readonly leaf: Leaf, private readonly field: Field, private readonly host: Host) {}

  private set(value: unknown): void {
    this.leaf.value = value;
    this.host.changed();
  }

  private parts(kind: Kind): Parts {
    const value = this.leaf.value;
    return { ...(emptyValue(kind, this.field) as Parts), ...(typeof value === "object" && value !== null ? (value as Parts) : {}) };
  }

  private input(type: string, label: string, value: unknown, act: (value: unknown) => void): HTMLInputElement {
    const input = make("input", { type, class: "input", "aria-label": word(label), value: value === null || value === undefined ? "" : String(value) });
    if (type === "number") Object.assign(input, { inputMode: "decimal", step: "any" });
    this.host.on(input, () => act(type === "number" ? (input.value === "" ? null : Number(input.value)) : input.value));
    return input;
  }

  /** One input for each part of a value that has several. */
  private part(kind: Kind, name: string, type: string, label: string): HTMLInputElement {
    return this.input(type, label, this.parts(kind)[name], (value) => this.set({ ...this.parts(kind), [name]: value }));
  }

  private select(label: string, choices: Choice[], chosen: string, act: (value: string) => void): HTMLSelectElement {
    const select = make("select", { class: "select", "aria-label": word(label) });
    for (const { value, label: text } of choices) select.append(make("option", { value, selected: value === chosen }, text));
    this.host.on(select, () => act(select.value));
    return select;
  }

  private tags(chosen: unknown, act: (values: string[]) => void): HTMLElement {
    const field = this.field;
    const tags = make("crm-tags" as "div", { label: word("Value"), url: field.suggest_url ?? undefined, fixed: Boolean(field.choices) });
    if (field.choices) tags.setAttribute("choices", this.host.choicesOf(field));
    const select = make("select", { multiple: true, "aria-label": word("Value") });
    for (const value of (Array.isArray(chosen) ? chosen : []) as string[]) {
      const label = field.choices?.find((choice) => choice.value === value)?.label ?? value;
      select.append(make("option", { value, selected: true }, label));
    }
    tags.append(select);
    this.host.on(tags, () => act(((tags as unknown as { chosen: { value: string }[] }).chosen ?? []).map(({ value }) => value)));
    return tags;
  }

  /** A length of time with its unit, and the day that it begins or ends at. */
  private span(): HTMLElement[] {
    const value = this.leaf.value as number | { count: number; unit: string } | null;
    let count = typeof value === "object" && value !== null ? value.count : value;
    let unit = typeof value === "object" && value !== null ? value.unit : "days";
    const since = make("span", { class: "muted small rules-day", "aria-live": "polite" });
    const tell = (): void => {
      const back = this.leaf.op !== "in_next";
      const day = count === null ? null : shifted(this.host.today, count, unit, back);
      const key = back ? (this.leaf.op === "more_than_ago" ? "before {day}" : "since {day}") : "until {day}";
      since.textContent = day ? word(key, { day: day.toLocaleDateString(document.documentElement.lang || "en", { dateStyle: "medium", timeZone: "UTC" }) }) : "";
    };
    const write = (): void => {
      tell();
      this.set(unit === "days" ? count : { count, unit });
    };
    const number = this.input("number", "Value", count, (typed) => {
      count = typed as number | null;
      write();
    });
    number.min = "0";
    const units = ["days", "months", "years"].map((one) => ({ value: one, label: word(one) }));
    const which = this.select("Unit", units, unit, (chosen) => {
      unit = chosen;
      write();
    });
    tell();
    return [number, which, since];
  }

  private rated(kind: Kind): HTMLElement[] {
    const parts = this.parts(kind);
    const tags = this.tags(parts["values"], (values) => this.set({ ...this.parts(kind), values }));
    if (kind === "years") return [tags, this.part(kind, "least", "number", "Years"), said("years")];
    const least = this.select("At least", this.field.ratings ?? [], String(parts["least"]), (value) => this.set({ ...this.parts(kind), least: Number(value) }));
    return [tags, least];
  }

  inputs(kind: Kind): HTMLElement[] {
    const { leaf, field } = this;
    switch (kind) {
      case "none":
        return [];
      case "choices":
        return [this.tags(leaf.value, (values) => this.set(values))];
      case "choice":
        return [this.select("Value", [{ value: "", label: "–" }, ...(field.choices ?? [])], String(leaf.value ?? ""), (value) => this.set(value))];
      case "rated":
      case "years":
        return this.rated(kind);
      case "span":
        return this.span();
      case "days":
        return [this.input("number", "Value", leaf.value, (value) => this.set(value)), said("days")];
      case "times":
        return [this.part(kind, "times", "number", "Times"), said("times within"), this.part(kind, "days", "number", "days"), said("days")];
      case "dates":
        return [this.part(kind, "from", "date", "From"), said("to"), this.part(kind, "to", "date", "To")];
      case "numbers":
        return [this.part(kind, "from", "number", "From"), said("to"), this.part(kind, "to", "number", "To")];
      case "near":
        return [this.part(kind, "km", "number", "Kilometres"), said("km of"), this.part(kind, "place", "text", "City")];
      case "share":
        return [this.part(kind, "percent", "number", "Percent"), said("% of the experiment"), this.part(kind, "experiment", "text", "Experiment")];
      case "date":
        return [this.input("date", "Value", leaf.value, (value) => this.set(value))];
      case "number":
        return [this.input("number", "Value", leaf.value, (value) => this.set(value))];
      default:
        return [this.input("text", "Value", leaf.value, (value) => this.set(value))];
    }
  }
}

export function valueInputs(leaf: Leaf, field: Field, host: Host): HTMLElement[] {
  const kind = field.operators.find(({ name }) => name === leaf.op)?.value ?? "none";
  return new Values(leaf, field, host).inputs(kind);
}
