/**
 * Keys. Any link or button with `data-keys` ("g c", "c", "/") is pressed by typing them; rows of a `[data-rows]` list
 * are walked with j and k. Single letters are off while typing, composing, or when the reader switched them off.
 */
import { make, readCookie, word, writeCookie } from "../dom";
import { undoLast } from "./toasts";

const CHORD_MS = 1200;
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=combobox]";
let prefix = "";
let prefixTimer = 0;

function visible(node: HTMLElement): boolean {
  return node.checkVisibility?.() ?? node.offsetParent !== null;
}

function withKeys(keys: string): HTMLElement | undefined {
  const found = [...document.querySelectorAll<HTMLElement>(`[data-keys="${CSS.escape(keys)}"]`)];
  return found.find(visible) ?? found.find((node) => node instanceof HTMLAnchorElement);
}

function press(node: HTMLElement): void {
  if (node.matches("input, textarea, select")) node.focus();
  else node.click();
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-rows] [data-row]")].filter(visible);
}

function currentRow(): HTMLElement | null {
  return (document.activeElement?.closest("[data-row]") ?? document.querySelector("[data-row].is-current")) as HTMLElement | null;
}

function walk(step: number): boolean {
  const all = rows();
  if (!all.length) return false;
  const current = currentRow();
  const index = current ? all.indexOf(current) + step : 0;
  const next = all[Math.max(0, Math.min(all.length - 1, index))];
  for (const row of all) row.classList.toggle("is-current", row === next);
  next?.setAttribute("tabindex", "-1");
  next?.focus();
  if (document.querySelector("#peek[open]")) next?.querySelector<HTMLElement>("[data-peek]")?.click();
  return true;
}

function rowAct(key: string, shift: boolean): boolean {
  const row = currentRow();
  if (!row) return false;
  if (key === "x") {
    const box = row.querySelector<HTMLInputElement>("input[data-pick]");
    box?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: shift }));
    return Boolean(box);
  }
  const free = document.activeElement === row || document.activeElement === document.body;
  const selector = { Enter: "[data-open]", " ": "[data-peek]" }[key] ?? `[data-act="${CSS.escape(key)}"]`;
  if ((key === "Enter" || key === " ") && !free) return false;
  const target = row.querySelector<HTMLElement>(selector);
  target?.click();
  return Boolean(target);
}

function perform(event: KeyboardEvent): boolean {
  const key = event.key;
  const chord = prefix ? withKeys(`${prefix} ${key}`) : undefined;
  prefix = "";
  if (chord) {
    press(chord);
    return true;
  }
  if ((key === "j" || key === "k") && walk(key === "j" ? 1 : -1)) return true;
  if (key === "?") return showSheet();
  if (rowAct(key.length === 1 ? key.toLowerCase() : key, event.shiftKey)) return true;
  const single = withKeys(key);
  if (single) {
    press(single);
    return true;
  }
  if (key === "z") return undoLast();
  if (/^[a-z]$/.test(key) && document.querySelector(`[data-keys^="${key} "]`)) {
    prefix = key;
    clearTimeout(prefixTimer);
    prefixTimer = setTimeout(() => (prefix = ""), CHORD_MS);
    return true;
  }
  return false;
}

document.addEventListener("keydown", (event) => {
  const target = event.target as HTMLElement;
  if ((event.metaKey || event.ctrlKey) && event.key === "Enter") {
    const form = target.closest<HTMLFormElement>("form");
    const submit = form?.querySelector<HTMLButtonElement>("[data-submit], [type=submit]");
    if (form && submit) form.requestSubmit(submit);
    return;
  }
  if (event.defaultPrevented || event.isComposing || event.metaKey || event.ctrlKey || event.altKey) return;
  if (target.closest(TYPING) || readCookie("shortcuts") === "off") return;
  if (document.querySelector("dialog[open]:not(#peek)") || document.querySelector(":popover-open")) return;
  if (perform(event)) event.preventDefault();
});

const LIST_KEYS: [string, string][] = [
  ["j k", "Next, previous row"],
  ["Enter", "Open"],
  ["Space", "Peek"],
  ["x", "Select"],
  ["e", "Done"],
  ["z", "Undo"],
  ["Ctrl Enter", "Send or save"],
];

function keysOf(text: string): HTMLElement {
  return make("dd", {}, ...text.split(" ").map((key) => make("kbd", { class: "kbd" }, key)));
}

function sheetLines(): [string, string][] {
  const seen = new Map<string, string>([["Ctrl K", word("Search and commands")], ["?", word("This sheet")]]);
  for (const node of document.querySelectorAll<HTMLElement>("[data-keys]")) {
    const label = node.dataset["keysLabel"] ?? node.getAttribute("aria-label") ?? node.querySelector(".label")?.textContent;
    seen.set(node.dataset["keys"] ?? "", (label ?? node.textContent ?? "").trim());
  }
  return [...seen];
}

function group(title: string, lines: [string, string][]): HTMLElement {
  const list = make("dl");
  for (const [keys, label] of lines) list.append(make("div", {}, make("dt", {}, label), keysOf(keys)));
  return make("div", {}, make("h3", {}, title), list);
}

function showSheet(): boolean {
  const dialog = document.querySelector<HTMLDialogElement>("#shortcut-sheet");
  const grid = dialog?.querySelector(".shortcut-grid");
  if (!dialog || !grid) return false;
  const rowLines = LIST_KEYS.map(([keys, label]): [string, string] => [keys, word(label)]);
  grid.replaceChildren(group(word("Everywhere"), sheetLines()), group(word("In lists"), rowLines));
  const box = dialog.querySelector<HTMLInputElement>("[data-shortcut-switch]");
  if (box) box.checked = readCookie("shortcuts") !== "off";
  dialog.showModal();
  return true;
}

document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-shortcut-sheet]")) showSheet();
});
document.addEventListener("change", (event) => {
  const box = event.target as HTMLInputElement;
  if (box.matches("[data-shortcut-switch]")) writeCookie("shortcuts", box.checked ? "on" : "off");
});
