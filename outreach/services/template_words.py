"""What is wrong with a text, in sentences for its author: Liquid's own words are a programmer's."""

from __future__ import annotations

import re

FILTERS = frozenset({"default", "upcase", "downcase", "capitalize", "strip", "truncate", "truncatewords"})
LIKE_THIS = 'Between the braces stands one merge tag, such as {{ first_name | default: "there" }}.'
CURLY = re.compile(r"\{[{%][^}]*[“”„‘’][^}]*\}")
BAR = re.compile(r"\{\{\s*([\w.]+)\s*\|\s*([^\s:|}\"'][^:|}\"']*?)\s*\}\}")
INSIDE = {"else": "if", "elsif": "if", "endif": "if", "endunless": "unless"}


def filter_unknown(name: str) -> str:
    """Other tools write the fallback right behind the bar: whoever does gets told how it is written here."""
    offered = ", ".join(sorted(FILTERS))
    return f'“{name[:60]}” cannot be used here. These can: {offered}. A fallback is written default: "{name[:60]}".'


def sentence(message: str, line: str) -> str:
    """What a message of the parser means, which came up in that line of the text."""
    if found := re.match(r"unexpected tag '(\w+)'", message):
        return _tag(found[1])
    if found := re.match(r"expected tag end(\w+), found", message):
        return f"“{{% {found[1]} … %}}” has no end: write {{% end{found[1]} %}} where it ends."
    if message.startswith("expected '}}', found end of file"):
        return "“{{” stands there without its “}}”."
    if message.startswith("missing tag name or closing"):
        return "“{%” stands there without its “%}”."
    if found := re.match(r"unknown filter '(.+)'", message):
        return filter_unknown(found[1])
    if message.startswith("missing expression"):
        return "It does not say of what: write {% if first_name %}, for instance."
    if CURLY.search(line):
        return 'Inside the braces stand straight quotes, " and not “ or ”.'
    if found := BAR.search(line):
        return f'A fallback is written so: {{{{ {found[1]} | default: "{found[2][:60]}" }}}}'
    if re.match("expected|unexpected", message):
        return f"This cannot be read. {LIKE_THIS}"
    return f"This cannot be read: {message.partition(chr(10))[0][:160].rstrip('.') or 'look at the braces'}."


def _tag(name: str) -> str:
    if name in INSIDE:
        return f"“{{% {name} %}}” stands there without its “{{% {INSIDE[name]} … %}}”."
    return f"There is no “{{% {name[:40]} %}}” here, only {{% if … %}} and {{% unless … %}}."
