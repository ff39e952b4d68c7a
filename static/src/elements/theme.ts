/** <crm-theme>: System / Light / Dark; the cookie lets the server paint the right theme from the first byte. */
import { define, readCookie, writeCookie } from "../dom";

const THEMES: Record<string, string> = { light: "rapportlight", dark: "rapportdark" };

class Theme extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLButtonElement>("button[value]");
      if (button) this.choose(button.value);
    });
    this.mark(readCookie("theme") || "system");
  }

  private choose(value: string): void {
    writeCookie("theme", value);
    const theme = THEMES[value];
    if (theme) document.documentElement.dataset["theme"] = theme;
    else delete document.documentElement.dataset["theme"];
    this.mark(value);
    document.dispatchEvent(new Event("crm:theme"));
  }

  private mark(value: string): void {
    for (const button of this.querySelectorAll<HTMLButtonElement>("button[value]")) {
      button.setAttribute("aria-pressed", String(button.value === value));
    }
  }
}

define("crm-theme", Theme);
