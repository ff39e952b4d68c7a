"""What is kept as HTML: shown again only where everything that it is made of is the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import timezone, translation
from django.utils.safestring import SafeString

from crm.models import Member, Tenant
from crm.permissions import Role
from crm.templatetags.kept import LONGEST, SHELVES, KeptNode, _Shelf
from crm.tenancy.context import tenant as open_tenant

FIRST, SECOND = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    label: str
    more: list[str]


class Piece:
    """A template whose content counts how often it is rendered."""

    def __init__(self, tag: str, inside: str = "") -> None:
        self.template = Template("{% load kept %}{% kept " + tag + " %}{{ said }}" + inside + "{% endkept %}")
        self.times = 0

    def show(self, **values: object) -> str:
        return self.template.render(Context({"said": self.say, **values}))

    def say(self) -> str:
        self.times += 1
        return ""


def shelf_of(piece: Piece) -> _Shelf:
    return piece.template.nodelist.get_nodes_by_type(KeptNode)[0].shelf  # type: ignore[attr-defined,no-any-return]


@pytest.fixture(autouse=True)
def unchecked(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KEPT_IS_CHECKED = False  # type: ignore[attr-defined]
    monkeypatch.setattr(SHELVES, "looked", monotonic())


def test_equal_values_are_rendered_once() -> None:
    piece = Piece("line at", "{{ line.label }}{{ line.more.0 }}")

    shown = [piece.show(line=Line("<a>", ["b"]), at=datetime(2026, 3, 1, tzinfo=UTC)) for _ in range(2)]

    assert (shown, piece.times) == (["&lt;a&gt;b"] * 2, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [(True, 1), (1.0, 1), ("<b>", SafeString("<b>")), (["a"], ["b"]), (Line("a", []), Line("a", ["b"])), ({}, [])],
)
def test_what_looks_different_is_not_taken_for_the_same(one: object, other: object) -> None:
    piece = Piece("value", "{{ value }}")
    piece.show(value=one)

    assert piece.show(value=other) == Piece("value", "{{ value }}").show(value=other)
    assert piece.times == 2


def test_what_cannot_be_compared_is_rendered_each_time() -> None:
    piece = Piece("row with key=key", "{{ row.name }}{{ key }}")

    assert [piece.show(row=SimpleNamespace(name=name), key="k") for name in ("a", "b")] == ["ak", "bk"]


def test_holes_are_filled_in() -> None:
    piece = Piece("with key=key name=name", "{% url 'talent:candidate-detail' 'acme' key %} {{ name }}")

    shown = [piece.show(key=key, name=name) for key, name in ((FIRST, "Zoë"), (SECOND, "<b>"))]

    assert shown == [f"/o/acme/candidates/{FIRST}/ Zoë", f"/o/acme/candidates/{SECOND}/ &lt;b&gt;"]
    assert piece.times == 1


def test_everybody_has_a_token_of_their_own() -> None:
    piece = Piece("", "{% csrf_token %}")

    shown = [piece.show(csrf_token=token) for token in ("one", "two")]

    assert ['value="one"' in shown[0], 'value="two"' in shown[1], piece.times] == [True, True, 1]


def test_workspace_role_language_and_zone_always_count(tenant: Tenant, outsider: Member) -> None:
    piece = Piece("")
    for owner in (tenant, outsider.tenant):
        for role in (Role.OWNER, Role.RECRUITER):
            for language in ("en", "de"):
                for zone in ("UTC", "Europe/Berlin"):
                    with open_tenant(owner), translation.override(language), timezone.override(zone):
                        piece.show(member=SimpleNamespace(role=role))

    assert piece.times == 16


def test_value_that_was_not_named_is_found_out(settings: object) -> None:
    settings.KEPT_IS_CHECKED = True  # type: ignore[attr-defined]
    piece = Piece("named", "{{ named }}{{ forgotten }}")
    piece.show(named="a", forgotten="b")

    with pytest.raises(AssertionError, match="not what would be rendered"):
        piece.show(named="a", forgotten="c")


def test_much_text_goes_before_many_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.templatetags.kept.MOST_CHARACTERS", 5000)
    piece = Piece("value", "{{ value }}")

    for letter in "abacab":
        piece.show(value=letter * 1000)  # twice: as a key and as what is shown
    piece.show(value="d" * 9000)

    assert piece.times == 5  # "b" had to go for "c"; what is too much by itself is not kept
    assert shelf_of(piece).size == sum(one.size for one in shelf_of(piece).pieces.values()) <= 5000


def test_old_text_goes_whichever_place_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    erased, other = Piece("name", "{{ name }}"), Piece("")
    erased.show(name="Zoë")
    past = monotonic()
    monkeypatch.setattr("crm.templatetags.kept.monotonic", lambda: past + LONGEST + 1)
    other.show()

    assert (shelf_of(erased).pieces, shelf_of(erased).size) == ({}, 0)


def test_young_text_outlives_a_round(monkeypatch: pytest.MonkeyPatch) -> None:
    piece, past = Piece("name"), monotonic()
    piece.show(name="Zoë")
    monkeypatch.setattr("crm.templatetags.kept.monotonic", lambda: past + LONGEST - 1)
    piece.show(name="Zoë")

    assert piece.times == 1


def test_the_oldest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.templatetags.kept.MOST", 2)
    piece = Piece("value")

    for value in ("a", "b", "a", "c", "a", "b"):
        piece.show(value=value)

    assert piece.times == 4  # "b" had to go for "c"


@dataclass(frozen=True)
class Told:
    said: str
    at: datetime | None = None

    @property
    def moments(self) -> list[datetime]:
        return [self.at] if self.at else []


class Loop(Piece):
    def __init__(self, tag: str, inside: str) -> None:
        self.template = Template("{% load kept %}{% keptfor " + tag + " %}{{ said }}" + inside + "{% endkeptfor %}")
        self.times = 0


def test_each_of_many_is_rendered_once() -> None:
    loop = Loop("one in many", "{{ one.said }},")

    shown = [loop.show(many=[Told(said) for said in words]) for words in ("ab", "bca", "")]

    assert (shown, loop.times) == (["a,b,", "b,c,a,", ""], 3)


def test_what_cannot_be_compared_is_rendered_each_time_in_a_loop_too() -> None:
    loop = Loop("one in many", "{{ one.name }}")

    assert [loop.show(many=[SimpleNamespace(name=name)]) for name in ("a", "b")] == ["a", "b"]


@pytest.mark.parametrize("since", ["at", "moments"])
def test_a_loop_notices_that_time_passes(since: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = Loop(f"one in many since {since}", "{% ago one.at %}")
    told, now = Told("x", NOW), [NOW]
    monkeypatch.setattr(timezone, "now", lambda: now[0])

    shown = []
    for minutes in (3, 3, 4):
        now[0] = NOW + timedelta(minutes=minutes)
        shown.append(loop.show(many=[told]))

    assert [f"{n} min ago" in text for n, text in zip((3, 3, 4), shown, strict=True)] == [True] * 3
    assert loop.times == 2


def test_everybody_has_a_token_of_their_own_in_a_loop_too() -> None:
    loop = Loop("one in many", "{% csrf_token %}")

    shown = [loop.show(many=[Told("a")], csrf_token=token) for token in ("one", "two")]

    assert ['value="one"' in shown[0], 'value="two"' in shown[1], loop.times] == [True, True, 1]


@pytest.mark.parametrize("words", ["one", "one of many", "one in many by x", "one in many since"])
def test_a_loop_that_says_too_little_is_no_template(words: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="keptfor one in many"):
        Template("{% load kept %}{% keptfor " + words + " %}{% endkeptfor %}")
