"""A tree of words as a condition on the fenced candidates.

What speaks of no field becomes one tsquery, one scan of the index of words (see `talent.search.index`). A field is
asked twice: of that index, which holds the words of every field, and, among who is left, of the field's own words: so
it costs little more and needs no index of its own. Notes and documents are asked by their passages, which have one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial, reduce
from operator import and_, or_

from django.db import connection
from django.db.models import BooleanField, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable, Exists, Expression
from django.db.models.functions import Concat
from django.db.models.lookups import Contains

from crm.models import Member
from crm.tenancy.context import current_tenant_id
from talent import identity
from talent.choices import ContactKind, PassageKind
from talent.filters.options import countries
from talent.identity import NotAContactPoint
from talent.models import Employment, FencedCandidate, FencedPassage, Source, Tag
from talent.search import index
from talent.search.grammar import Both, Either, Near, Node, Without, Word

MOST_FRAGMENTS = 1000
SHORTEST_FRAGMENT = 4
LONGEST_FRAGMENT = 100
_NUMBER = re.compile(r"\+?[\d\s()./-]+")

# --- words as tsquery

_PHRASE = "phraseto_tsquery('pg_catalog.simple', %(expressions)s)"
_TOGETHER = "plainto_tsquery('pg_catalog.simple', %(expressions)s)"  # in any order, anywhere
# The text of a tsquery ends with its last word in quotes; nothing in it comes from the user unquoted.
_BEGINS = "coalesce((nullif({}::text, '') || ':*')::tsquery, ''::tsquery)"
TsQuery = Expression


def _said(word: Word, way: str) -> TsQuery:
    plain = Func(Value(word.text), function="app.unaccented", output_field=TextField())
    return Func(plain, template=_BEGINS.format(way) if word.begins else way, output_field=TextField())


def _word(word: Word) -> TsQuery:
    return _said(word, _PHRASE)


def _parts(word: Word) -> TsQuery:
    return _said(word, _TOGETHER)


def _glued(sign: str, queries: Iterable[TsQuery]) -> TsQuery:
    found = list(queries)
    return found[0] if len(found) == 1 else Func(*found, template="(%(expressions)s)", arg_joiner=f" {sign} ")


def _near(node: Near) -> TsQuery:
    left, right = _word(node.left), _word(node.right)
    apart = [
        (one, other, Value(gap)) for gap in range(1, node.within + 1) for one, other in ((left, right), (right, left))
    ]
    return _glued("||", (Func(*terms, function="tsquery_phrase", output_field=TextField()) for terms in apart))


def tsquery(node: Node) -> TsQuery:
    """The tree as one tsquery; fields are not looked at."""
    match node:
        case Word():
            return _word(node)
        case Near():
            return _near(node)
        case Without(inner):
            return Func(tsquery(inner), template="(!! %(expressions)s)", output_field=TextField())
        case Both(nodes):
            return _glued("&&", map(tsquery, nodes))
        case Either(nodes):
            return _glued("||", map(tsquery, nodes))


def matches(vector: Combinable, query: TsQuery) -> Func:
    """`vector @@ query`; a query without any word is false, never unknown."""
    return Func(
        vector, query, template="coalesce(%(expressions)s, false)", arg_joiner=" @@ ", output_field=BooleanField()
    )


def found_in(vector: Combinable, query: TsQuery) -> Func:
    """The same, bare, so that an index may answer it."""
    return Func(vector, query, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField())


def has_words(node: Node) -> Q:
    """Whose words, of whatever field, fulfil the tree."""
    query, needed = tsquery(node), index.necessary(node, _parts, _glued)
    return index.holds(needed) if needed is not None and index.is_whole(node) else index.fulfils(query, needed)


def may_have(node: Word | Near) -> Q:
    """The same, as far as the index knows: for a condition that goes on to look at the words themselves."""
    needed = index.necessary(node, _parts, _glued)
    assert needed is not None, node
    return index.holds(needed)


# --- contact points


def fragment(text: str) -> str:
    """What contact points are searched for, in their normal form; empty when it is no part of one."""
    lowered = text.casefold()[:LONGEST_FRAGMENT]
    if "@" in lowered:
        return lowered if len(lowered) >= SHORTEST_FRAGMENT else ""
    digits = re.sub(r"\D", "", lowered)
    return digits if _NUMBER.fullmatch(lowered) and len(digits) >= SHORTEST_FRAGMENT else ""


def is_number(text: str) -> bool:
    """A telephone number, or part of one, as it may be typed, with spaces and brackets."""
    return bool(_NUMBER.fullmatch(text)) and any(c.isdigit() for c in text)


def _like(text: str) -> str:
    return "%" + text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"


def owners_of(text: str, kind: str = "") -> list[str]:
    """Keys of people one of whose contact points has this in it; the fenced view lets the trigram index work."""
    try:
        exact = identity.email(text).normal
    except NotAContactPoint:
        exact = ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT candidate_id FROM talent_contactpoint_fenced WHERE tenant_id = %s "
            "AND (normal LIKE %s OR normal = %s) AND (%s = '' OR kind = %s) LIMIT %s",
            [current_tenant_id(), _like(text), exact, kind, kind, MOST_FRAGMENTS],
        )
        return [row[0] for row in cursor.fetchall()]


# --- fields


def _plain(expression: Combinable) -> Func:
    return Func(expression, function="app.plain", output_field=TextField())


def _words_of(*columns: str) -> Func:
    """The words of some columns. A break between them keeps phrases inside a column."""
    joined = [part for column in columns for part in (F(column), Value(" \n "))]
    text = Concat(*joined, output_field=TextField()) if len(columns) > 1 else F(columns[0])
    return Func(text, function="app.words", output_field=TextField())


def _text(columns: tuple[str, ...], node: Word | Near) -> Q:
    query = tsquery(node)
    own = reduce(or_, (Q(matches(_words_of(column), query)) for column in columns))
    return may_have(node) & own


def _work(column: str, jobs: str, node: Word | Near) -> Q:
    """In the present title or company, or in that of any job on record."""
    query = tsquery(node)
    earlier = Employment.objects.filter(candidate_id=OuterRef("pk")).filter(Q(matches(_words_of(jobs), query)))
    return may_have(node) & (Q(matches(_words_of(column), query)) | Q(Exists(earlier)))


def _skill(node: Word) -> Q:
    key = identity.skill_key(node.text)
    if not node.begins:
        return Q(skill_keys__contains=[key])
    return _text_of_array(key)


def _text_of_array(begin: str) -> Q:
    """Some skill begins so: looked up among the tenant's skills first, whose list is short."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM talent_skill_fenced WHERE tenant_id = %s AND starts_with(key, %s) LIMIT 200",
            [current_tenant_id(), begin],
        )
        keys = [row[0] for row in cursor.fetchall()]
    return Q(skill_keys__overlap=keys) if keys else Q(pk__in=[])


def _named(rows: QuerySet[Tag] | QuerySet[Source], node: Word) -> list[object]:
    """Keys of the rows whose name has the words in it."""
    text = Value(node.text)
    return list(rows.filter(Contains(_plain(F("name")), _plain(text))).values_list("pk", flat=True)[:200])


def _tag(node: Word) -> Q:
    keys = _named(Tag.objects.all(), node)
    return Q(tag_ids__overlap=keys) if keys else Q(pk__in=[])


def _owner(node: Word) -> Q:
    wanted = node.text.casefold()
    members = Member.objects.of_tenant(current_tenant_id())
    return Q(owner_id__in=[m.pk for m in members if wanted in m.user.display_name.casefold()])


def country_codes(text: str) -> list[str]:
    wanted = text.casefold()
    return [c.value for c in countries() if c.label.casefold() == wanted or c.value.casefold() == wanted]


def _country(node: Word) -> Q:
    return Q(country__in=country_codes(node.text))


def _location(node: Word | Near) -> Q:
    """In the place as it was written, in the city or the region; a country's name finds everybody there."""
    query = tsquery(node)
    written = may_have(node) & Q(matches(_words_of("location"), query))
    found = written | Q(city__iexact=node.text) if isinstance(node, Word) else written
    return found | _country(node) if isinstance(node, Word) and country_codes(node.text) else found


def _contact(kind: str, node: Word) -> Q:
    text = fragment(node.text) if kind == ContactKind.PHONE else node.text.casefold()[:LONGEST_FRAGMENT]
    return Q(pk__in=owners_of(text, kind)) if len(text) >= SHORTEST_FRAGMENT - 1 else Q(pk__in=[])


def _passages(kind: str, node: Word | Near) -> Q:
    hits = FencedPassage.objects.filter(kind=kind).filter(found_in(F("search"), tsquery(node)))
    return Q(pk__in=hits.values("candidate_id"))


_WORD_ONLY: dict[str, Callable[[Word], Q]] = {
    "skill": _skill,
    "tag": _tag,
    "owner": _owner,
    "country": _country,
    "source": lambda node: Q(source_id__in=_named(Source.objects.all(), node)),
    "email": partial(_contact, ContactKind.EMAIL),
    "phone": partial(_contact, ContactKind.PHONE),
}
_WORD_OR_NEAR: dict[str, Callable[[Word | Near], Q]] = {
    "name": partial(_text, ("name",)),
    "headline": partial(_text, ("headline",)),
    "summary": partial(_text, ("summary",)),
    "title": partial(_work, "current_title", "title"),
    "company": partial(_work, "current_company", "company"),
    "location": _location,
    "note": partial(_passages, PassageKind.NOTE),
    "resume": partial(_passages, PassageKind.DOCUMENT),
}


# --- the tree


def _is_plain(node: Node) -> bool:
    """May the node be part of the one tsquery: it speaks of no field and of no address or number?"""
    match node:
        case Word(text, field):
            return not field and not fragment(text)
        case Near(left, _):
            return not left.field
        case Without(inner):
            return _is_plain(inner)
        case Both(nodes) | Either(nodes):
            return all(map(_is_plain, nodes))


def _leaf(node: Word | Near) -> Q:
    field = node.field if isinstance(node, Word) else node.left.field
    if field in _WORD_OR_NEAR:
        return _WORD_OR_NEAR[field](node)
    if isinstance(node, Near):  # of labels and addresses nothing is near: both must be there
        return _WORD_ONLY[field](node.left) & _WORD_ONLY[field](node.right)
    if field:
        return _WORD_ONLY[field](node)
    found = has_words(node)
    return found | Q(pk__in=owners) if (owners := owners_of(fragment(node.text))) else found


def _group(kind: type[Both] | type[Either], nodes: tuple[Node, ...]) -> Q:
    plain = tuple(node for node in nodes if _is_plain(node))
    parts = [where(node) for node in nodes if not _is_plain(node)]
    if plain:
        parts.insert(0, has_words(kind(plain)))
    return reduce(and_ if kind is Both else or_, parts)


def where(node: Node) -> Q:
    """The tree as a condition on `FencedCandidate`. Small look-ups (skills, tags, addresses) are made at once."""
    if _is_plain(node):
        return has_words(node)
    match node:
        case Word() | Near():
            return _leaf(node)
        case Without(inner):
            return ~where(inner)
        case Both(nodes) | Either(nodes):
            return _group(type(node), nodes)


def people(node: Node | None) -> QuerySet[FencedCandidate]:
    """The people of the current tenant who match, unordered; nobody without a tree."""
    return FencedCandidate.objects.filter(where(node)) if node else FencedCandidate.objects.none()
