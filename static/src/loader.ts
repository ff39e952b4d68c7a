/** Fetches the code of an element only on pages where its tag occurs. */
declare const LAZY_FILES: Record<string, string>;

const FILE_OF_TAG: Record<string, string> = {
  "crm-rules": "rules",
  "crm-tags": "tags",
  "crm-dropzone": "dropzone",
  "crm-composer": "composer",
  "crm-board": "board",
  "crm-steps": "steps",
  "crm-chart": "charts",
  "crm-link-token": "link_token",
};
const asked = new Set<string>();

function scan(): void {
  for (const [tag, file] of Object.entries(FILE_OF_TAG)) {
    if (asked.has(file) || !document.querySelector(tag)) continue;
    asked.add(file);
    const address = new URL(LAZY_FILES[file] ?? "", import.meta.url).href;
    import(address).catch((error: unknown) => {
      asked.delete(file);
      console.error(error);
    });
  }
}

export function loadOnDemand(): void {
  scan();
  document.addEventListener("htmx:after:swap", scan);
  document.addEventListener("crm:scan", scan);
}
