"""Checks and renders what people write: Liquid with merge tags, nothing that loops, nothing that reaches elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import liquid
from django.utils.safestring import mark_safe
from liquid import BoundTemplate, RenderContext
from liquid.builtin.expressions.filtered import FilteredExpression
from liquid.builtin.expressions.path import Path
from liquid.builtin.expressions.primitive import StringLiteral
from liquid.builtin.tags.if_tag import IfNode
from liquid.exceptions import LiquidError
from liquid.token import Token

from outreach.services import bodies, merge_tags, snippet_text, template_words
from outreach.services.tag_registry import nested
from outreach.services.template_words import FILTERS

Place = Literal["subject", "body"]
MAX_SOURCE = {"subject": 300, "body": 20_000}
MAX_SUBJECT = 250
TAGS = frozenset({"content", "output", "if", "unless", "comment", "illegal"})
LINK_WITH_TAG = re.compile(rf"https?://{bodies.URL_CHARACTERS}*(?=\{{[{{%])", re.IGNORECASE)
WAY_OUT_TEXT = "No more mails like this? Unsubscribe here:\n{link}"
WAY_OUT_HTML = "No more mails like this? [Unsubscribe]({link})"
WHY_TEXT = "Why you get this, and choosing what you get:\n{link}"
WHY_HTML = "[Why you get this, and choosing what you get]({link})"
BELOW = re.compile(
    r"(?:\n\n{}\S+)?(?:\n{}\S+)?\s*\Z".format(
        *(re.escape(words.removesuffix("{link}")) for words in (WAY_OUT_TEXT, WHY_TEXT))
    )
)
DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Problem:
    """Why a text cannot be sent as it is. `line` counts from 1; `message` is a sentence."""

    place: Place
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.place.title()}, line {self.line}: {self.message}"


@dataclass(frozen=True)
class Rendered:
    """One person's mail. `blanks` names merge tags that had no value and no fallback: such a mail is never sent."""

    subject: str
    text: str
    html: str
    blanks: tuple[str, ...] = ()
    fragment: str = ""  # the paragraphs of `html`, escaped: a page may show them


@dataclass(frozen=True)
class Use:
    """One `{{ tag }}` of a template."""

    name: str
    line: int
    is_safe: bool  # it has a fallback, or stands inside `{% if tag %}`


class TemplateRefused(ValueError):
    """The text cannot be rendered; the message is a sentence."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(str(problems[0]) if problems else "The text cannot be rendered.")
        self.problems = list(problems)


class _Environment(liquid.Environment):
    """Liquid with bounds: conditions and merge tags, no loops, no other templates, no code."""

    output_stream_limit = 100_000
    local_namespace_limit = 10_000
    loop_iteration_limit = 1
    context_depth_limit = 20
    block_nesting_limit = 10

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        self.tags = {name: tag for name, tag in self.tags.items() if name in TAGS}
        self.filters = {name: function for name, function in self.filters.items() if name in FILTERS}


ENVIRONMENT = _Environment()


@lru_cache(maxsize=512)
def _parse(source: str) -> BoundTemplate:
    return ENVIRONMENT.from_string(source)


def _line(source: str, token: Token | None) -> int:
    return source.count("\n", 0, max(token.start_index, 0)) + 1 if token else 1


def _in_words(error: Exception, source: str) -> str:
    """A sentence from an error, with the line of the text that it came up in."""
    if isinstance(error, RecursionError):
        return "This cannot be read: it is nested too deeply."
    number = _line(source, getattr(error, "token", None))
    line = source.split("\n")[number - 1]
    return template_words.sentence(str(getattr(error, "message", "") or ""), line)


def _read(source: str, place: Place) -> BoundTemplate:
    """The parsed text, or TemplateRefused: whatever the parser raises, the text's author reads a sentence."""
    if len(source) > MAX_SOURCE[place]:
        raise TemplateRefused([Problem(place, 1, f"It has more than {MAX_SOURCE[place]:,} characters.")])
    try:
        return _parse(source)
    except LiquidError as error:
        raise TemplateRefused([Problem(place, _line(source, error.token), _in_words(error, source))]) from error
    except Exception as error:
        raise TemplateRefused([Problem(place, 1, _in_words(error, source))]) from error


def _has_fallback(expression: FilteredExpression) -> bool:
    for used in expression.filters or []:
        if used.name == "default":
            value = getattr(used.args[0], "value", None) if used.args else None
            return isinstance(value, StringLiteral) and bool(value.value.strip())
    return False


def _guards(node: Any) -> frozenset[str]:
    """The tags known to have a value inside `{% if tag %}`; a condition of several parts guards nothing."""
    condition = getattr(node.condition, "expression", node.condition)
    return frozenset({str(condition)}) if isinstance(condition, Path) else frozenset()


def _uses(nodes: Sequence[Any], source: str, context: RenderContext, known: frozenset[str]) -> Iterator[Use]:
    for node in nodes:
        expression = getattr(node, "expression", None)
        if isinstance(expression, FilteredExpression):
            yield from _use_of(expression, _line(source, node.token), known)
        if isinstance(node, IfNode):
            yield from _uses([node.consequence], source, context, known | _guards(node))
            others = [*node.alternatives, *([node.default] if node.default else [])]
            yield from _uses(others, source, context, known)
        else:
            yield from _uses(list(node.children(context)), source, context, known)


def _use_of(expression: FilteredExpression, line: int, known: frozenset[str]) -> Iterator[Use]:
    if isinstance(expression.left, Path):
        name = str(expression.left)
        tag = merge_tags.REGISTRY.get(name)
        is_safe = bool(tag and tag.is_always_known) or name in known or _has_fallback(expression)
        yield Use(name, line, is_safe)


def _unknown(template: BoundTemplate, source: str, place: Place) -> list[Problem]:
    """Merge tags and filters that do not exist, anywhere in the text, conditions and arguments included."""
    analysis = template.analyze(include_partials=False)
    found = [
        (span.span.index, f"There is no merge tag called “{str(span)[:60]}”.")
        for uses in analysis.globals.values()
        for span in uses
        if str(span) not in merge_tags.REGISTRY
    ]
    found += [
        (span.index, template_words.filter_unknown(name))
        for name, spans in analysis.filters.items()
        for span in spans
        if name not in FILTERS
    ]
    return [Problem(place, source.count("\n", 0, max(at, 0)) + 1, message) for at, message in found]


def _check_whole(source: str, place: Place) -> list[Problem]:
    """What is wrong in a text whose snippets are in place."""
    try:
        template = _read(source, place)
        uses = list(_uses(template.nodes, source, RenderContext(template), frozenset()))
        problems = _unknown(template, source, place)
    except TemplateRefused as refused:
        return refused.problems
    except RecursionError as error:
        return [Problem(place, 1, _in_words(error, source))]
    problems += [
        Problem(place, use.line, _fallback_sentence(use.name))
        for use in uses
        if not use.is_safe and use.name in merge_tags.REGISTRY
    ]
    for match in LINK_WITH_TAG.finditer(source):
        line = source.count("\n", 0, match.start()) + 1
        problems.append(Problem(place, line, "A link cannot contain a merge tag: write the whole address."))
    return sorted(set(problems), key=lambda p: (p.line, p.message))


def _check_text(source: str, place: Place, known: Mapping[str, str] | None = None) -> list[Problem]:
    """What is wrong, by the lines as their author wrote them."""
    whole = snippet_text.expand(source, known)
    found = [Problem(place, line, sentence) for line, sentence in whole.problems]
    found += [replace(one, line=whole.line_of(one.line)) for one in _check_whole(whole.text, place)]
    return sorted(set(found), key=lambda p: (p.line, p.message))


def check_part(body: str, known: Mapping[str, str]) -> list[Problem]:
    """What is wrong in a snippet, with the others as `known` has them."""
    problems = [] if body.strip() else [Problem("body", 1, "There is no text.")]
    return problems + _check_text(body, "body", known)


def _fallback_sentence(name: str) -> str:
    tag = merge_tags.REGISTRY[name]
    said = {"person": f"Somebody’s {tag.label.lower()}", "sender": tag.label, "nobody": f"“{tag.label}”"}[tag.whose]
    return f'{said} may be missing. Write what to say then: {{{{ {name} | default: "…" }}}}'


def check(*, subject: str, body: str) -> list[Problem]:
    """Everything that keeps this text from being sent, subject first; an empty list means it can be."""
    problems = [] if subject.strip() else [Problem("subject", 1, "There is no subject.")]
    problems += _check_text(subject, "subject")
    problems += [] if body.strip() else [Problem("body", 1, "There is no text.")]
    return problems + _check_text(body, "body")


def one_line(text: str) -> str:
    """Fit for a header (RFC 5322, section 2.2): one line, no control or direction characters, bounded."""
    plain = DIRECTION_MARKS.sub("", text)
    return " ".join("".join(c if c.isprintable() else " " for c in plain).split())[:MAX_SUBJECT]


def _fill(source: str, place: Place, values: dict[str, str | None]) -> str:
    template = _read(source, place)
    try:
        return template.render(**nested(values))
    except Exception as error:  # a hostile text finds limits and bugs of the renderer; its author gets a sentence
        raise TemplateRefused([Problem(place, 1, _in_words(error, source))]) from error


@lru_cache(maxsize=512)
def _unsafe(source: str, place: Place) -> tuple[str, ...]:
    """The merge tags that leave a blank where nothing is known."""
    template = _read(source, place)
    uses = _uses(template.nodes, source, RenderContext(template), frozenset())
    return tuple(use.name for use in uses if not use.is_safe)


def _blanks(source: str, place: Place, values: dict[str, str | None]) -> list[str]:
    return [name for name in _unsafe(source, place) if not values.get(name)]


def unguarded(*, subject: str, body: str) -> set[str]:
    """The merge tags of a text that have neither a fallback nor a condition around them. Raises TemplateRefused."""
    found = set()
    for source, place in ((subject, "subject"), (body, "body")):
        template = _read(source, place)  # type: ignore[arg-type]
        uses = _uses(template.nodes, source, RenderContext(template), frozenset())
        found |= {use.name for use in uses if not use.is_safe and use.name in merge_tags.REGISTRY}
    return found


@dataclass(frozen=True)
class Filled:
    """Subject and body with the values in place, and the web addresses that may become links.

    `urls` were written by the author; `own_links` came from merge tags, are personal, and are never counted: each has
    the words that stand for it.
    """

    subject: str
    body: str
    urls: tuple[str, ...]
    own_links: dict[str, str]
    blanks: tuple[str, ...]


@lru_cache(maxsize=512)
def _used(source: str, place: Place) -> frozenset[str]:
    """The merge tags that a text names anywhere: only their values are asked for."""
    found = _read(source, place).analyze(include_partials=False).globals
    names = {str(use) for uses in found.values() for use in uses}
    return frozenset(tag.name for tag in merge_tags.REGISTRY.chosen(names))


def _whole(source: str, place: Place) -> str:
    """The text with its snippets in place. Raises TemplateRefused for one that is not there."""
    found = snippet_text.expand(source)
    if found.problems:
        raise TemplateRefused([Problem(place, line, sentence) for line, sentence in found.problems])
    return found.text


def fill(*, subject: str, body: str, context: merge_tags.MergeContext) -> Filled:
    """Put snippets and one person's values into both texts. Raises TemplateRefused."""
    subject, body = _whole(subject, "subject"), _whole(body, "body")
    values = merge_tags.values(context, _used(subject, "subject") | _used(body, "body"))
    known = [(merge_tags.REGISTRY.get(name), value) for name, value in values.items() if value]
    counted = [value for tag, value in known if tag.is_counted]
    counted += [url for tag, value in known if tag.is_block for url in bodies.urls_in(value)]
    blanks = [*_blanks(subject, "subject", values), *_blanks(body, "body", values)]
    return Filled(
        subject=one_line(_fill(subject, "subject", values)),
        body=_fill(body, "body", values),
        urls=tuple(dict.fromkeys([*bodies.urls_in(body), *counted])),
        own_links={link: tag.link_words or link for tag, link in known if tag.is_link and not tag.is_counted},
        blanks=tuple(dict.fromkeys(blanks)),
    )


@dataclass(frozen=True)
class Written:
    """The sources of a mail's two parts, and its personal links with the words that stand for them."""

    text: str
    html: str
    own_links: dict[str, str]


def with_way_out(filled: Filled, unsubscribe: str, why: str = "") -> Written:
    """A mail by plan says how to get no more and why it came, unless its author does: in HTML by words, else by lines.

    `why` is the address of the page that answers; "" where there is none.
    """
    links = filled.own_links | {unsubscribe: merge_tags.UNSUBSCRIBE} | ({why: merge_tags.WHY} if why else {})
    text = html = filled.body
    if unsubscribe not in filled.body:
        text = f"{text.rstrip()}\n\n{WAY_OUT_TEXT.format(link=unsubscribe)}"
        html = f"{html.rstrip()}\n\n{WAY_OUT_HTML.format(link=unsubscribe)}"
    if why and why not in filled.body:
        text, html = f"{text.rstrip()}\n{WHY_TEXT.format(link=why)}", f"{html.rstrip()}\n{WHY_HTML.format(link=why)}"
    return Written(text, html, links)


def without_way_out(text: str) -> str:
    """The text of a mail without the lines that `with_way_out` put below it: what somebody wrote."""
    return BELOW.sub("", text)


def render(*, subject: str, body: str, context: merge_tags.MergeContext) -> Rendered:
    """One person's mail as a sequence would send it, its links untouched: for previews. Raises TemplateRefused."""
    filled = fill(subject=subject, body=body, context=context)
    written = with_way_out(filled, context.unsubscribe_link, context.why_link)
    leads = {url: url for url in (*filled.urls, *written.own_links)}
    return Rendered(
        subject=filled.subject,
        text=bodies.to_text(written.text, leads),
        html=bodies.to_html(written.html, leads, words=written.own_links),
        blanks=filled.blanks,
        fragment=mark_safe(bodies.to_fragment(written.html, leads, written.own_links)),  # noqa: S308  # escaped there
    )
