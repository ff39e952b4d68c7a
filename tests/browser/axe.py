"""What every browser test asks of a page: no accessibility finding, no violation of the Content-Security-Policy."""

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page is looked at for a second: its scripts are compiled once, simply, and not again and again for speed.
    # Its garbage is taken out seldom, and by the one thread: helpers would take the other core from the tests there.
    "--js-flags=--always-sparkplug --no-opt --no-maglev --single-threaded-gc --min-semi-space-size=32",
]
COLLECT_CSP = """
window.__csp = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.__csp.push(event.effectiveDirective + " " + event.blockedURI));
"""
# Only what was found is sent back: what axe says of all that holds is long.
SAY = """async ([where, options]) => {
  document.getAnimations().forEach((one) => one.effect.getTiming().iterations < 9 && one.finish());
  window.__axe();
  const { violations } = await axe.run(where, options);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${target[0]} (${help})`));
}"""
SO_FAR = "[window.__csp, document.documentElement.scrollWidth - document.documentElement.clientWidth]"
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# The same on every page: one look at it is enough. The overlays' sheets are closed, and opened by tests of their own.
FRAME = (".rail", ".bar", ".dock", "crm-palette")
# Rows of one list are made by one template: those after the sixth are like the first.
LIKE_OTHERS = ("tbody tr:nth-child(n+7)", "li:nth-child(n+9)")
# What can differ when the same page is narrower or darker: colours, room for a finger, and what only then is shown.
OF_LOOKS = {
    "type": "rule",
    "values": [
        "color-contrast",
        "target-size",
        "scrollable-region-focusable",
        "link-in-text-block",
        "nested-interactive",
        "aria-hidden-focus",
        "button-name",
        "link-name",
        "label",
        "select-name",
        "summary-name",
        "image-alt",
        "heading-order",
        "page-has-heading-one",
    ],
}


def rules_for(*, phone: bool) -> dict[str, Any]:
    """For a page that is looked at twice: whole at a desk, on a phone for what can differ there."""
    return OF_LOOKS if phone else RULES


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium; Playwright's own browsers are not downloaded."""
    path = os.environ.get("CHROMIUM_PATH") or next((path for path in CHROMIUM if Path(path).exists()), "")
    windowless = [] if "shell" in path else ["--headless=new"]
    return playwright.chromium.launch(executable_path=path or None, args=[*windowless, *FLAGS])


def new_context(browser: Browser, *, phone: bool = False, dark: bool = False, **more: Any) -> BrowserContext:
    """A fresh profile that collects policy violations: desktop 1280x800, or a phone of 390x844 with touch."""
    size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 800}
    context = browser.new_context(
        viewport=size, is_mobile=phone, has_touch=phone, color_scheme="dark" if dark else "light", **more
    )
    context.add_init_script(COLLECT_CSP + _loader())
    return context


@lru_cache(maxsize=1)
def _loader() -> str:
    """axe lies ready in each document, and is read only where a page is looked at: it is long to send each time."""
    return f"window.__axe = () => {{ if (!window.axe) (function () {{ {AXE.read_text()}\n }})(); }};"


def take_out(page: Page, selectors: Sequence[str]) -> None:
    """What need not be looked at again is emptied, on a page that nobody uses any further: axe reads all that is there.

    The emptied places stay, so that the rest keeps its own.
    """
    page.evaluate("all => document.querySelectorAll(all).forEach(one => one.replaceChildren())", ", ".join(selectors))


def serious_findings(page: Page, rules: dict[str, Any] = RULES, *, but: Sequence[str] = ()) -> list[str]:
    """Everything axe-core finds on the page as it stands, however grave: "rule: selector (message)".

    What is inside the selectors of `but` is left out.
    """
    # Style sheets are not fetched again: only a rule that is off by default asks for them.
    options = {"runOnly": rules, "resultTypes": ["violations"], "reporter": "no-passes", "preload": False}
    where = {"include": [["html"]], "exclude": [[selector] for selector in but]}
    return list(page.evaluate(SAY, [where, options]))


def csp_violations(page: Page) -> list[str]:
    return list(page.evaluate("window.__csp"))


def of_policy_and_width(page: Page) -> list[str]:
    """Violations of the policy so far, and by how many pixels the page can be scrolled sideways, if it can."""
    violations, overflow = page.evaluate(SO_FAR)
    return [*violations, *([f"{overflow} px too wide"] if overflow else [])]


def last_look(page: Page, *, phone: bool) -> list[str]:
    """All that is wrong with a page that nobody uses any further, but for the frame that other tests look at."""
    faults = of_policy_and_width(page)
    take_out(page, FRAME)
    return faults + serious_findings(page, rules_for(phone=phone))
