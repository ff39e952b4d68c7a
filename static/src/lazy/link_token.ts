/** <crm-link-token>: carries the part of the address behind `#` into its form, which the reader then sends by pressing the button. */
import { define } from "../dom";

class LinkToken extends HTMLElement {
  connectedCallback(): void {
    const token = location.hash.slice(1);
    const input = this.querySelector<HTMLInputElement>("input[name=token]");
    if (!token || !input) return;
    input.value = token;
    history.replaceState(null, "", location.pathname); // not in the history, nor over somebody's shoulder
    this.hidden = false;
    document.querySelector("[data-without-token]")?.setAttribute("hidden", "");
    this.querySelector<HTMLElement>("button")?.focus();
  }
}

define("crm-link-token", LinkToken);
