/** `data-copy="id"`: the button puts that element's text on the clipboard, and says so for a moment. */
document.addEventListener("click", async (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
  const source = button && document.getElementById(button.dataset.copy ?? "");
  if (!button || !source) return;
  try {
    await navigator.clipboard.writeText(source.innerText);
  } catch {
    window.getSelection()?.selectAllChildren(source); // no right to the clipboard: it is selected, to be copied by hand
    return;
  }
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  label.textContent = button.dataset.said ?? before;
  window.setTimeout(() => (label.textContent = before), 2000);
});
