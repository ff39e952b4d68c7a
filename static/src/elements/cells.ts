/** Cells of a list that are edited where they stand: the input gets the focus, at its end, Escape leaves, and the cell is back in focus. */
document.addEventListener("htmx:after:swap", () => {
  const input = document.querySelector<HTMLElement>(".cell-form [autofocus]");
  if (input && !input.closest(".cell-form")?.contains(document.activeElement)) input.focus();
  if (input instanceof HTMLInputElement && !input.dataset["caret"]) {
    input.dataset["caret"] = "";
    input.setSelectionRange(input.value.length, input.value.length);
  }
  const saved = document.querySelector<HTMLElement>(".cell[data-fresh]");
  saved?.removeAttribute("data-fresh");
  saved?.focus();
});

document.addEventListener("keydown", (event) => {
  const form = event.key === "Escape" && (event.target as Element).closest(".cell-form");
  if (!form) return;
  event.preventDefault();
  form.querySelector<HTMLElement>("[data-cancel]")?.click();
});
