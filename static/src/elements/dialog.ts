/** Openers of native dialogs: by `data-dialog="id"`, and whenever htmx filled `#dialog-body` or `#peek-body`. */

const FIRST = "[autofocus], .dialog-body :is(input:not([type=hidden]), select, textarea)";

function open(dialog: Element | null): void {
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  dialog.showModal();
  dialog.querySelector<HTMLElement>(FIRST)?.focus();
}

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
    if (!dialog || dialog.open || !body.childElementCount) continue;
    open(dialog);
  }
});

document.addEventListener("close", (event) => {
  const body = (event.target as Element).querySelector("#dialog-body, #peek-body");
  body?.replaceChildren();
}, true);

document.addEventListener("crm:close", closeAll);
