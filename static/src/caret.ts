/** Where in the window a letter of a textarea stands: a copy of it is laid out out of sight, and measured. */
const COPIED = ["fontFamily", "fontSize", "fontWeight", "fontStyle", "letterSpacing", "lineHeight", "textIndent", "tabSize", "padding"] as const;

export interface Spot {
  left: number;
  top: number;
  bottom: number;
}

export function spotOf(area: HTMLTextAreaElement, at: number): Spot {
  const [copy, mark, style] = [document.createElement("div"), document.createElement("span"), getComputedStyle(area)];
  for (const name of COPIED) copy.style[name] = style[name];
  Object.assign(copy.style, { position: "absolute", visibility: "hidden", boxSizing: "border-box", whiteSpace: "pre-wrap", overflowWrap: "break-word" });
  copy.style.width = `${area.clientWidth}px`;
  mark.textContent = area.value.slice(at) || ".";
  copy.append(area.value.slice(0, at), mark);
  document.body.append(copy);
  const { left, top } = area.getBoundingClientRect();
  const y = top + area.clientTop + mark.offsetTop - area.scrollTop;
  const height = Number.parseFloat(style.lineHeight) || Number.parseFloat(style.fontSize) * 1.4;
  const spot = { left: left + area.clientLeft + mark.offsetLeft, top: y, bottom: y + height };
  copy.remove();
  return spot;
}
