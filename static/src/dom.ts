/** Small helpers shared by the elements: building nodes, reading JSON handed over by the server, words, cookies. */

type Attributes = Record<string, string | boolean | number | undefined>;

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

export function readJson<T>(id: string | null | undefined, otherwise: T): T {
  const text = id ? document.getElementById(id)?.textContent : null;
  if (!text) return otherwise;
  return JSON.parse(text) as T;
}

let words: Record<string, string> | undefined;

/** The sentence in the reader's language; `{name}` places are filled. */
export function word(key: string, values: Record<string, string | number> = {}): string {
  words ??= readJson<Record<string, string>>("words", {});
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

export function readCookie(name: string): string {
  return document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

export function writeCookie(name: string, value: string): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

let counter = 0;

export function freshId(prefix: string): string {
  counter += 1;
  return `${prefix}-${counter}`;
}

export function debounce(wait: number, action: () => void): () => void {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, wait);
  };
}

export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}

/** Asks the loader to look again for elements whose code is not here yet. */
export function askForElements(): void {
  document.dispatchEvent(new Event("crm:scan"));
}
