"""`{% kept values %}`: HTML that is remembered by everything it is made of, so that it is never out of date."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from threading import Lock
from time import monotonic
from typing import Any
from uuid import UUID
from weakref import WeakSet

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from crm.templatetags.markup import distance
from crm.templatetags.stencil import Holes, Stencil
from crm.tenancy.context import current_tenant_id, in_tenant

register = template.Library()
MOST = 2000  # pieces of one place of one template, in each process
MOST_CHARACTERS = 4_000_000  # of all pieces of one place, and what they are kept by
LONGEST, BETWEEN = 3600, 300  # seconds that a piece is kept, and between two rounds that look for old ones
SAME = frozenset({str, int, UUID, datetime, date, type(None)})  # equal only to what looks the same

HOLES = Holes()


class NotComparable(TypeError):
    """A value that says too little about itself: two that are equal may look different."""


@cache
def _reader(kind: Any) -> Callable[[Any], tuple[Any, ...]] | None:
    """Gives all that a dataclass of this kind holds; None for anything else."""
    names = [field.name for field in fields(kind)] if is_dataclass(kind) else []
    if len(names) < 2:
        return (lambda value: tuple(getattr(value, name) for name in names)) if names else None
    return attrgetter(*names)


def frozen(value: Any) -> Hashable:
    """The value as a part of a key: equal to another only where both look the same on a page."""
    kind: Any = type(value)
    if kind in SAME:
        return value
    if (read := _reader(kind)) is not None:
        return (kind, *(one if type(one) in SAME else frozen(one) for one in read(value)))
    if isinstance(value, list | tuple):
        return (list, *map(frozen, value))
    if isinstance(value, Mapping):
        return (dict, *((frozen(name), frozen(one)) for name, one in value.items()))
    if isinstance(value, bool | float | str | UUID | Promise):
        return kind, str(value)
    raise NotComparable(f"{kind.__name__} cannot be a part of what HTML is kept by.")


@dataclass(frozen=True)
class _Piece:
    stencil: Stencil
    size: int
    since: float


class _Shelf:
    """What is kept of one place. What was not used for the longest time goes first; nothing stays that is old."""

    def __init__(self) -> None:
        self.pieces: dict[Hashable, _Piece] = {}
        self.size = 0
        self.lock = Lock()

    def get(self, key: Hashable) -> Stencil | None:
        with self.lock:
            piece = self.pieces.pop(key, None)
            if piece is None:
                return None
            self.pieces[key] = piece
            return piece.stencil

    def put(self, key: Hashable, stencil: Stencil) -> None:
        piece = _Piece(stencil, sum(map(len, stencil.constant)) + len(repr(key)), monotonic())
        with self.lock:
            self._drop(key)
            self.pieces[key] = piece
            self.size += piece.size
            while len(self.pieces) > MOST or self.size > MOST_CHARACTERS:
                self._drop(next(iter(self.pieces)))

    def forget_before(self, moment: float) -> None:
        with self.lock:
            for key in [key for key, piece in self.pieces.items() if piece.since <= moment]:
                self._drop(key)

    def _drop(self, key: Hashable) -> None:
        if piece := self.pieces.pop(key, None):
            self.size -= piece.size


class _Shelves:
    """All of this process. Any page that is shown forgets what is old of every other: erased people must not stay."""

    def __init__(self) -> None:
        self.all: WeakSet[_Shelf] = WeakSet()
        self.lock = Lock()
        self.looked = monotonic()

    def new(self) -> _Shelf:
        shelf = _Shelf()
        with self.lock:
            self.all.add(shelf)
        return shelf

    def look(self) -> None:
        """Forget what is old, if the last round was some minutes ago."""
        now = monotonic()
        if now - self.looked < BETWEEN:
            return
        with self.lock:
            self.looked, shelves = now, list(self.all)
        for shelf in shelves:
            shelf.forget_before(now - LONGEST)


SHELVES = _Shelves()


class KeptNode(template.Node):
    """Renders its content once for the same values; `holes` are filled in anew each time, as is the CSRF token."""

    def __init__(
        self, nodelist: NodeList, by: Sequence[FilterExpression], holes: Mapping[str, FilterExpression]
    ) -> None:
        self.nodelist = nodelist
        self.by = by
        self.holes = holes
        self.shelf = SHELVES.new()

    def render(self, context: Context) -> SafeString:
        try:
            key = (*self._around(context), *(frozen(value.resolve(context)) for value in self.by))
        except NotComparable:
            return self._plain(context)
        SHELVES.look()
        stencil = self._stencil(key, context)
        return stencil.fill(self._values(stencil, context))

    def _stencil(self, key: Hashable, context: Context) -> Stencil:
        stencil = self.shelf.get(key)
        if stencil is None:
            stencil = self._cut(context)
            self.shelf.put(key, stencil)
        elif settings.KEPT_IS_CHECKED and (now := self._cut(context)) != stencil:
            raise AssertionError(f"What is kept is not what would be rendered now:\n{stencil}\n{now}")
        return stencil

    def _around(self, context: Context) -> tuple[Hashable, ...]:
        """What HTML of this product always depends on."""
        owner = current_tenant_id() if in_tenant() else None
        slug, role = getattr(context.get("tenant"), "slug", None), getattr(context.get("member"), "role", None)
        return owner, slug, role, get_language(), timezone.get_current_timezone_name()

    def _plain(self, context: Context) -> SafeString:
        with context.push(**{name: value.resolve(context) for name, value in self.holes.items()}):
            return self.nodelist.render(context)

    def _values(self, stencil: Stencil, context: Context) -> list[str]:
        """What goes into the holes; the first one is the CSRF token's, which is made only where it is written."""
        token = context.get("csrf_token") if 0 in stencil.places else ""
        values = [token, *(value.resolve(context) for value in self.holes.values())]
        return [str(conditional_escape(value)) for value in values]

    def _cut(self, context: Context) -> Stencil:
        values = {name: value.resolve(context) for name, value in self.holes.items()}
        holes = {name: HOLES.stand_in(place, value) for place, (name, value) in enumerate(values.items(), start=1)}
        with context.push(csrf_token=HOLES.stand_in(0, ""), **holes):
            return HOLES.cut(self.nodelist.render(context))


class KeptForNode(KeptNode):
    """Renders its content for each of many, once for those that look the same."""

    def __init__(self, nodelist: NodeList, name: str, many: FilterExpression, since: str) -> None:
        super().__init__(nodelist, (), {})
        self.name = name
        self.many = many
        self.since = since

    def render(self, context: Context) -> SafeString:
        around, now = self._around(context), timezone.now()
        SHELVES.look()
        with context.push():
            found = [self._one(context, around, now, one) for one in self.many.resolve(context) or ()]
        return SafeString("".join(found))

    def _one(self, context: Context, around: Hashable, now: datetime, one: Any) -> str:
        context[self.name] = one
        since = getattr(one, self.since) if self.since else None
        moments = since if isinstance(since, list) else [since] if since else ()
        try:
            key = (around, frozen(one), *(distance(moment, now) for moment in moments))
        except NotComparable:
            return self.nodelist.render(context)
        stencil = self._stencil(key, context)
        return stencil.fill(self._values(stencil, context)) if stencil.places else stencil.constant[0]


@register.tag
def keptfor(parser: Parser, token: Token) -> KeptForNode:
    """`{% keptfor person in people since touched_at %}...{% endkeptfor %}`

    A loop whose rounds are kept by all that each thing holds, as `kept` keeps them; nothing else may be read inside but
    what depends on the tenant, the member's role, the language and the time zone. `since` is a moment of each, or a
    list of them: what `{% ago %}` says of them counts as well.
    """
    words = token.split_contents()[1:]
    if len(words) not in (3, 5) or words[1] != "in" or words[3:4] not in ([], ["since"]):
        raise template.TemplateSyntaxError("Expected {% keptfor one in many %}, or with `since` and a moment of each.")
    nodelist = parser.parse(("endkeptfor",))
    parser.delete_first_token()
    return KeptForNode(nodelist, words[0], parser.compile_filter(words[2]), "".join(words[4:]))


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """`{% kept pools with key=person.pk name=person.name %}...{% endkept %}`

    Before `with` stands everything that is read inside, but for the tenant, the member's role, the language and the
    time zone, which always count. It may be texts, numbers, keys, moments, and lists, dicts and dataclasses of those;
    where something else is among it, the content is rendered each time. After `with` stand values that are written but
    not looked into, as in a stencil: pages that differ in these alone share what is kept.
    """
    words = token.split_contents()[1:]
    split = words.index("with") if "with" in words else len(words)
    by = [parser.compile_filter(word) for word in words[:split]]
    holes = token_kwargs(words[split + 1 :], parser)
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, by, holes)
