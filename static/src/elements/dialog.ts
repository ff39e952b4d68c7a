/** Openers of native dialogs: by `data-dialog="id"`, and whenever htmx filled `#dialog-body` or `#peek-body`. */

const FIRST = "[autofocus], .dialog-body :is(input:not([type=hidden]), select, textarea)";

function open(dialog: Element | null): void {
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  dialog.showModal();
  dialog.querySelector<HTMLElement>(FIRST)?.focus();
}

/** What has been shown once does not open its dialog again: it stands there until the event of closing comes. */
const shown = new WeakSet<Element>();

function closeAll(): void {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[open]")) dialog.close();
}

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const opener = target.closest<HTMLElement>("[data-dialog]");
  if (opener) open(document.getElementById(opener.dataset["dialog"] ?? ""));
  if (target.closest("[data-close]")) target.closest("dialog")?.close();
  // Browsers without closedby="any": a click on the backdrop hits the dialog itself.
  if (target instanceof HTMLDialogElement && target.getAttribute("closedby") === "any" && !("closedBy" in target)) {
    (target as HTMLDialogElement).close();
  }
});

document.addEventListener("htmx:after:swap", () => {
  for (const body of document.querySelectorAll<HTMLElement>("#dialog-body, #peek-body")) {
    const dialog = body.closest("dialog");
    const content = body.firstElementChild;
    if (!dialog || !content || shown.has(content)) continue;
    shown.add(content);
    open(dialog);
  }
});

document.addEventListener("close", (event) => {
  const dialog = event.target as HTMLDialogElement;
  if (!dialog.open) dialog.querySelector("#dialog-body, #peek-body")?.replaceChildren();
}, true);

document.addEventListener("crm:close", closeAll);
