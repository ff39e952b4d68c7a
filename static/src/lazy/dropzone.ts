/**
 * <crm-dropzone url name limit-mb?>: many files, each posted on its own, at most three at a time, with its progress.
 *
 * The answer per file is JSON {state: "done" | "failed" | "waiting", text, url?, detail?} or a piece of HTML (shown as it is).
 * "waiting" with `poll` is asked again every second until it is done or failed. A 4xx answer's `text` says what is wrong.
 * A 4xx answer to `poll` ends the asking; when the server is away, the pauses double and in the end it is given up.
 */
import { csrfToken, define, make, word } from "../dom";

interface Answer {
  state: "done" | "failed" | "waiting";
  text: string;
  url?: string;
  detail?: string;
  poll?: string;
}

const AT_ONCE = 3;
const POLL_MS = 1000;
const MOST_FAILURES = 6; // in a row: pauses of 2, 4, 8, 16, 32 seconds before the last, a little more than a minute
const MB = 1_000_000;

class Dropzone extends HTMLElement {
  private readonly queue: (() => Promise<void>)[] = [];
  private running = 0;

  connectedCallback(): void {
    const area = this.querySelector<HTMLElement>(".drop-area");
    const input = this.querySelector<HTMLInputElement>("input[type=file]");
    if (!area || !input) return;
    const chosen = (): void => {
      this.take([...(input.files ?? [])]);
      input.value = "";
    };
    input.addEventListener("change", chosen);
    chosen(); // files that were chosen before this code was here
    for (const name of ["dragenter", "dragover"]) {
      area.addEventListener(name, (event) => {
        event.preventDefault();
        area.classList.add("is-over");
      });
    }
    for (const name of ["dragleave", "drop"]) area.addEventListener(name, () => area.classList.remove("is-over"));
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      this.take([...((event as DragEvent).dataTransfer?.files ?? [])]);
    });
  }

  private take(files: File[]): void {
    const limit = Number(this.getAttribute("limit-mb") ?? 0);
    for (const file of files) {
      const line = this.line(file);
      if (limit && file.size > limit * MB) {
        this.show(line, { state: "failed", text: word("{name} is larger than {limit} MB.", { name: file.name, limit }) });
        continue;
      }
      this.queue.push(() => this.send(file, line));
    }
    this.next();
  }

  private next(): void {
    while (this.running < AT_ONCE && this.queue.length) {
      const job = this.queue.shift();
      this.running += 1;
      void job?.().finally(() => {
        this.running -= 1;
        this.next();
        if (!this.running && !this.queue.length) this.dispatchEvent(new CustomEvent("crm:uploaded", { bubbles: true }));
      });
    }
  }

  private line(file: File): HTMLElement {
    const size = `${(file.size / MB).toFixed(file.size < MB / 10 ? 2 : 1)} MB`;
    const line = make("li", {}, make("span", { class: "dot" }), make("span", { class: "name" }, file.name));
    line.append(make("span", { class: "state" }, word("Waiting")), make("progress", { class: "progress", max: 1, value: 0, "aria-label": file.name }));
    line.title = size;
    this.querySelector(".progress-list")?.append(line);
    return line;
  }

  private send(file: File, line: HTMLElement): Promise<void> {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      const body = new FormData();
      body.append(this.getAttribute("name") ?? "file", file);
      request.open("POST", this.getAttribute("url") ?? "");
      request.setRequestHeader("X-CSRFToken", csrfToken());
      request.setRequestHeader("HX-Request", "true");
      request.setRequestHeader("Accept", "application/json, text/html");
      request.upload.addEventListener("progress", (event) => this.progress(line, event));
      request.addEventListener("load", () => void this.finish(line, request, file).finally(done));
      request.addEventListener("error", () => {
        this.fail(line, word("The connection was lost."), file);
        done();
      });
      request.send(body);
    });
  }

  private progress(line: HTMLElement, event: ProgressEvent): void {
    const bar = line.querySelector("progress");
    const state = line.querySelector(".state");
    if (bar && event.lengthComputable) bar.value = event.loaded / event.total;
    if (state) state.textContent = event.loaded < event.total ? word("Uploading") : word("Checking");
  }

  private async finish(line: HTMLElement, request: XMLHttpRequest, file: File): Promise<void> {
    const kind = request.getResponseHeader("Content-Type") ?? "";
    if (kind.includes("json")) {
      const answer = JSON.parse(request.responseText) as Answer;
      if (request.status >= 400) this.fail(line, answer.text, file);
      else this.show(line, answer);
      if (answer.poll && answer.state === "waiting") await this.follow(line, answer.poll);
    } else if (request.status < 400) {
      line.replaceChildren();
      line.insertAdjacentHTML("beforeend", request.responseText);
    } else this.fail(line, word("The server could not take this file."), file);
  }

  private async follow(line: HTMLElement, url: string): Promise<void> {
    for (let failures = 0; failures < MOST_FAILURES; ) {
      await new Promise((wake) => setTimeout(wake, POLL_MS * 2 ** failures));
      const reply = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
      if (!this.isConnected) return;
      if (reply && reply.status >= 400 && reply.status < 500 && reply.status !== 429) {
        this.show(line, { state: "failed", text: word("What became of this file can no longer be seen here. Load the page again.") });
        return;
      }
      const answer = reply?.ok ? ((await reply.json().catch(() => null)) as Answer | null) : null;
      failures = answer ? 0 : failures + 1;
      if (!answer) continue;
      this.show(line, answer);
      if (answer.state !== "waiting") return;
    }
    this.show(line, { state: "failed", text: word("The server does not answer. The file has arrived; load the page again to see what became of it.") });
  }

  private show(line: HTMLElement, answer: Answer): void {
    line.className = { done: "is-done", failed: "is-failed", waiting: "" }[answer.state];
    line.querySelector(".dot")?.setAttribute("class", `dot ${{ done: "tone-success", failed: "tone-error", waiting: "" }[answer.state]}`);
    line.querySelector(".state")?.replaceChildren(answer.text);
    if (answer.state !== "waiting") line.querySelector("progress")?.remove();
    line.querySelector(".detail")?.remove();
    if (answer.detail) line.append(make("span", { class: "detail" }, answer.detail));
    const name = line.querySelector(".name");
    if (answer.url && name && !name.querySelector("a")) {
      name.replaceChildren(make("a", { href: answer.url, class: "row-link" }, name.textContent ?? ""));
    }
  }

  private fail(line: HTMLElement, text: string, file: File): void {
    this.show(line, { state: "failed", text });
    const again = make("button", { type: "button", class: "btn btn-sm" }, word("Try again"));
    again.addEventListener("click", () => {
      line.remove();
      this.take([file]);
    });
    line.append(make("span", { class: "detail" }, again));
  }
}

define("crm-dropzone", Dropzone);
