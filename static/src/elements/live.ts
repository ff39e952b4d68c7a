/**
 * <crm-live url interval>: asks the server whether anything is new, often while the page is looked at, else seldom.
 *
 * GET url?since=TOKEN answers 204 (nothing new) or JSON {token, topics?: [name], badges?: {name: number}}.
 * A new token fires `crm:changed` and `crm:changed-TOPIC` on the body, so any region refreshes with
 * hx-trigger="crm:changed-inbox from:body".
 */
import { define } from "../dom";

interface News {
  token: string;
  topics?: string[];
  badges?: Record<string, number>;
}

const IDLE_AFTER_MS = 10 * 60_000;
const IDLE_MS = 5000;
const HIDDEN_MS = 30_000;
const WORST_MS = 60_000;

class Live extends HTMLElement {
  private token = "";
  private timer = 0;
  private failures = 0;
  private lastSign = Date.now();
  private busy = false;

  connectedCallback(): void {
    this.token = this.getAttribute("token") ?? "";
    document.addEventListener("visibilitychange", this.wake);
    addEventListener("online", this.wake);
    for (const name of ["pointermove", "keydown", "scroll"]) addEventListener(name, this.sign, { passive: true });
    this.plan();
  }

  disconnectedCallback(): void {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.wake);
    removeEventListener("online", this.wake);
    for (const name of ["pointermove", "keydown", "scroll"]) removeEventListener(name, this.sign);
  }

  private readonly wake = (): void => {
    if (document.hidden) return;
    this.lastSign = Date.now();
    void this.ask();
  };

  private readonly sign = (): void => {
    const wasIdle = Date.now() - this.lastSign > IDLE_AFTER_MS;
    this.lastSign = Date.now();
    if (wasIdle) void this.ask();
  };

  private pause(): number {
    const usual = Number(this.getAttribute("interval") ?? 1000);
    if (this.failures) return Math.min(WORST_MS, usual * 2 ** this.failures);
    if (document.hidden) return HIDDEN_MS;
    return Date.now() - this.lastSign > IDLE_AFTER_MS ? IDLE_MS : usual;
  }

  private plan(): void {
    clearTimeout(this.timer);
    if (this.isConnected) this.timer = setTimeout(() => void this.ask(), this.pause());
  }

  private async ask(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      const url = new URL(this.getAttribute("url") ?? "", location.href);
      url.searchParams.set("since", this.token);
      const answer = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store", redirect: "error" });
      this.failures = answer.ok ? 0 : this.failures + 1;
      if (answer.status === 200) this.tell((await answer.json()) as News);
    } catch {
      this.failures += 1;
    }
    this.busy = false;
    this.plan();
  }

  private tell(news: News): void {
    const first = this.token === "";
    if (news.token === this.token) return;
    this.token = news.token;
    for (const [name, value] of Object.entries(news.badges ?? {})) this.showBadge(name, value);
    if (first) return;
    document.body.dispatchEvent(new CustomEvent("crm:changed", { detail: news }));
    for (const topic of news.topics ?? []) document.body.dispatchEvent(new CustomEvent(`crm:changed-${topic}`));
  }

  private showBadge(name: string, value: number): void {
    for (const badge of document.querySelectorAll<HTMLElement>(`[data-badge="${CSS.escape(name)}"]`)) {
      badge.textContent = value > 0 ? (value > 99 ? "99+" : String(value)) : "";
      badge.hidden = value <= 0;
    }
  }
}

define("crm-live", Live);
