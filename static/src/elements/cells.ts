/** Cells of a list that are edited where they stand: the input gets the focus, Escape leaves, and the cell is back in focus. */
document.addEventListener("htmx:after:swap", () => {
  const input = document.querySelector<HTMLElement>(".cell-form [autofocus]");
  if (input && !input.closest(".cell-form")?.contains(document.activeElement)) input.focus();
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
