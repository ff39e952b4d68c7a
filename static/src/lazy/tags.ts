/**
 * <crm-tags name url?|choices? fixed? makes? autofocus?>: several values. Begins as a `<select multiple>` that works
 * without scripts; suggestions come from a JSON script (`choices`) or from GET url?q=, as [{value, label}]. `makes` says
 * what becomes of a word that is none of them ("Make the new tag {name}"): it is marked as new until it is saved.
 */
import { debounce, define, freshId, make, readJson, word } from "../dom";
import { Listbox } from "../listbox";

export interface Choice {
  value: string;
  label: string;
  isNew?: boolean;
}

const MOST = 30;

export class Tags extends HTMLElement {
  chosen: Choice[] = [];
  private shown: Choice[] = [];
  private turn = 0;
  private built = false;
  private readonly box = make("div", { class: "tags-box" });
  private readonly input = make("input", { type: "text", role: "combobox", autocomplete: "off", });
  private readonly options = new Listbox(this.input, "tags", (index) => this.add(this.shown[index]));

  connectedCallback(): void {
    if (this.built) return;
    this.built = true;
    const select = this.querySelector("select");
    const options = [...(select?.selectedOptions ?? [])];
    if (select) this.chosen = options.map(({ value, text }) => ({ value, label: text }));
    this.input.id = this.getAttribute("input-id") ?? freshId("tags-input");
    const label = this.getAttribute("label");
    if (label) this.input.setAttribute("aria-label", label);
    this.options.list.setAttribute("aria-label", label ?? this.closest(".field")?.querySelector("label")?.textContent ?? word("Value"));
    this.replaceChildren(this.box);
    this.box.append(this.input, this.options.list);
    this.listen();
    this.render();
    if (this.hasAttribute("autofocus")) this.input.focus();
  }

  set value(values: Choice[]) {
    this.chosen = values;
    if (this.built) this.render();
  }

  private listen(): void {
    this.box.addEventListener("click", (event) => {
      const remove = (event.target as Element).closest<HTMLElement>("button[data-value]");
      if (remove) this.drop(remove.dataset["value"] ?? "");
      else if (event.target === this.box) this.input.focus();
    });
    this.input.addEventListener("input", (event) => {
      event.stopPropagation();
      this.suggestSoon();
    });
    this.input.addEventListener("change", (event) => event.stopPropagation());
    this.input.addEventListener("focus", () => void this.suggest());
    this.input.addEventListener("blur", ({ relatedTarget: to }) => {
      // Closing may move what is below: a button that is being pressed stays where it is.
      if (!(to instanceof HTMLButtonElement && to.type === "submit")) this.close();
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    // What was written and not yet chosen is not lost; the form is read after this.
    this.closest("form")?.addEventListener("submit", () => this.isConnected && this.commitTyped(), true);
  }

  /** Once something was chosen there is nothing typed, and nothing to suggest. */
  private readonly suggestSoon = debounce(120, () => (this.input.value.trim() ? void this.suggest() : this.close()));

  private async found(typed: string): Promise<Choice[]> {
    const url = this.getAttribute("url");
    if (!url) {
      const all = readJson<Choice[]>(this.getAttribute("choices"), []);
      return all.filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase()));
    }
    const where = new URL(url, location.href);
    where.searchParams.set("q", typed);
    const reply = await fetch(where, { headers: { Accept: "application/json" } });
    return reply.ok ? ((await reply.json()) as Choice[]) : [];
  }

  private async suggest(): Promise<void> {
    const typed = this.input.value.trim();
    const turn = this.turn;
    const found = await this.found(typed);
    const isLate = turn !== this.turn || typed !== this.input.value.trim();
    if (isLate || document.activeElement !== this.input) return;
    const have = new Set(this.chosen.map(({ value }) => value));
    this.shown = found.filter(({ value }) => !have.has(value)).slice(0, MOST);
    const known = found.some(({ label }) => label.toLowerCase() === typed.toLowerCase());
    if (typed && !known && !this.hasAttribute("fixed")) this.shown.push(this.fresh(typed));
    const says = this.getAttribute("makes") ?? word("Add {name}");
    const contents = this.shown.map(({ label, isNew }) => [isNew ? says.replace("{name}", `“${label}”`) : label]);
    this.options.show(contents, typed && contents.length ? 0 : -1);
  }

  private fresh(typed: string): Choice {
    return { value: typed, label: typed, isNew: true };
  }

  private close(): void {
    this.turn += 1; // an answer that is still on its way opens nothing
    this.options.close();
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const last = this.chosen.at(-1);
    if (event.key === "Backspace" && !this.input.value && last) this.drop(last.value);
    else if (event.key === "Escape" && this.options.isOpen) this.close();
    else if ((event.key === "Enter" || event.key === ",") && (this.options.active >= 0 || this.input.value.trim())) this.commit();
    else if (!this.options.walk(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** What is written counts as it stands, not what happens to be marked. */
  private commitTyped(): void {
    this.options.active = -1;
    this.commit();
  }

  private commit(): void {
    const typed = this.input.value.trim();
    if (!typed && this.options.active < 0) return;
    const same = this.shown.find(({ label }) => label.toLowerCase() === typed.toLowerCase());
    this.add(this.shown[this.options.active] ?? same ?? (this.hasAttribute("fixed") ? undefined : this.fresh(typed)));
  }

  private add(choice: Choice | undefined): void {
    if (!choice) return;
    this.chosen = [...this.chosen.filter(({ value }) => value !== choice.value), choice];
    this.input.value = "";
    this.close();
    this.changed();
  }

  private drop(value: string): void {
    this.chosen = this.chosen.filter((choice) => choice.value !== value);
    this.changed();
    this.input.focus();
  }

  private changed(): void {
    this.render();
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private render(): void {
    for (const old of this.box.querySelectorAll(".badge, input[type=hidden]")) old.remove();
    const name = this.getAttribute("name");
    for (const { value, label, isNew } of this.chosen) {
      const remove = make("button", { type: "button", "data-value": value, "aria-label": word("Remove {name}", { name: label }) }, "×");
      const mark = isNew && this.hasAttribute("makes") ? [" ", make("span", { class: "muted small" }, word("new"))] : [];
      this.input.before(make("span", { class: "badge" }, label, ...mark, remove));
      if (name) this.input.before(make("input", { type: "hidden", name, value }));
    }
  }
}

define("crm-tags", Tags);
