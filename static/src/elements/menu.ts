/** Menus are native popovers; this adds arrow keys, closing after a choice, and a place where CSS anchors are missing. */

const anchored = CSS.supports("position-area", "block-end");

function place(menu: HTMLElement): void {
  const opener = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
  if (!opener) return;
  const box = opener.getBoundingClientRect();
  const below = box.bottom + menu.offsetHeight + 8 < innerHeight;
  const left = Math.max(8, Math.min(box.left, innerWidth - menu.offsetWidth - 8));
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? box.bottom + 4 : Math.max(8, box.top - menu.offsetHeight - 4)}px`;
}

function items(menu: Element): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>("a[href], button:not(:disabled), input:not([type=hidden])")];
}

document.addEventListener("toggle", (event) => {
  const menu = event.target as HTMLElement;
  if (!menu.matches?.(".menu-pop:popover-open")) return;
  if (!anchored) place(menu);
  items(menu)[0]?.focus();
}, true);

document.addEventListener("keydown", (event) => {
  const menu = (event.target as Element).closest?.(".menu-pop");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const all = items(menu);
  const here = all.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1 + all.length, Home: 0, End: all.length - 1 }[event.key] ?? 0;
  event.preventDefault();
  all[next % all.length]?.focus();
});

document.addEventListener("click", (event) => {
  const item = (event.target as Element).closest?.(".menu-pop .menu-item");
  if (item && !item.closest("crm-theme")) item.closest<HTMLElement>(".menu-pop")?.hidePopover();
});
