"""Merge tags of own fields and of facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.services import merge_tags, templates
from outreach.services.merge_tags import Latest, MergeContext
from talent.choices import FactKind, FieldType
from talent.models import Candidate, FieldDefinition, FieldValue
from talent.services import facts
from tests.factories.people import a_tenant
from tests.factories.talent import a_candidate

UNSUBSCRIBE = "https://crm.example.com/u/x/"
BODY = "Notice: {{ custom.notice }}."


def a_field(key: str = "notice", kind: str = FieldType.TEXT, **more: object) -> FieldDefinition:
    return FieldDefinition.objects.create(name=f"My {key}", key=key, type=kind, **more)


def say(person: Candidate, field: FieldDefinition, value: object) -> None:
    FieldValue.objects.create(candidate=person, definition=field, **{field.column: value})


def filled(body: str, person: Candidate) -> templates.Filled:
    fresh = Candidate.objects.get(pk=person.pk)
    return templates.fill(
        subject="Hello",
        body=body,
        context=MergeContext(fresh, "Ines Weber", "Acme", UNSUBSCRIBE, latest=Latest(timezone.now())),
    )


def problems(body: str) -> list[str]:
    return [one.message for one in templates.check(subject="Hello", body=body)]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (FieldType.TEXT, "three months", "three months"),
        (FieldType.NUMBER, 2.5, "2.5"),
        (FieldType.DATE, date(2026, 12, 3), "3 December 2026"),
        (FieldType.BOOLEAN, True, "yes"),
        (FieldType.CHOICE, "red", "red"),
        (FieldType.CHOICES, ["red", "green", "blue"], "red, green and blue"),
    ],
)
def test_own_fields_are_said(inside: UUID, kind: str, value: object, text: str) -> None:
    person = a_candidate()
    say(person, a_field(kind=kind, choices=["red", "green", "blue"]), value)

    assert filled(BODY, person).body == f"Notice: {text}."


def test_nothing_known_is_a_blank_with_the_fields_name(inside: UUID) -> None:
    a_field()
    blanks = filled(BODY, a_candidate()).blanks

    assert blanks == ("custom.notice",)
    assert merge_tags.REGISTRY[blanks[0]].label == "My notice"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('{{ custom.notice | default: "unknown" }}', "unknown"),
        ("{% if custom.notice %}Notice: {{ custom.notice }}{% else %}When?{% endif %}", "When?"),
    ],
)
def test_fallbacks_and_guards_work(inside: UUID, body: str, text: str) -> None:
    a_field()

    assert problems(body) == []
    assert (filled(body, a_candidate()).body, filled(body, a_candidate()).blanks) == (text, ())


def test_no_is_nothing(inside: UUID) -> None:
    person = a_candidate()
    say(person, a_field("car", FieldType.BOOLEAN), False)

    assert filled(
        '{% if custom.car %}drive{% else %}walk{% endif %} {{ custom.car | default: "no" }}', person
    ).body == ("walk no")


def test_a_text_without_a_fallback_is_refused(inside: UUID) -> None:
    a_field()

    assert problems(BODY) == [
        'Somebody’s my notice may be missing. Write what to say then: {{ custom.notice | default: "…" }}'
    ]


def test_fields_that_are_not_there_are_refused(inside: UUID) -> None:
    a_field("archived", archived_at=timezone.now())

    for name in ("nothing", "archived", "BAD-KEY"):
        assert problems(f'{{{{ custom["{name}"] | default: "x" }}}}')[0].startswith("There is no merge tag called")


def test_restricted_fields_are_never_said(inside: UUID) -> None:
    person, field = a_candidate(), a_field(view_roles=["admin"])
    say(person, field, "secret")

    assert problems('{{ custom.notice | default: "x" }}') == ["There is no merge tag called “custom.notice”."]
    assert "custom.notice" not in {tag.name for tag in merge_tags.REGISTRY.values()}
    assert (filled(BODY, person).body, filled(BODY, person).blanks) == ("Notice: .", ("custom.notice",))


def test_a_field_that_is_restricted_later_leaves_a_blank(inside: UUID) -> None:
    person, field = a_candidate(), a_field()
    say(person, field, "three months")
    before = filled(BODY, person).body
    FieldDefinition.objects.update(view_roles=["admin"])

    assert (before, filled(BODY, person).blanks) == ("Notice: three months.", ("custom.notice",))


def test_tags_are_each_workspaces_own(tenant: Tenant) -> None:
    body = '{{ custom.notice | default: "x" }}'
    with open_tenant(tenant):
        a_field()
        here = problems(body)
    with open_tenant(a_tenant("other")):
        there = problems(body)

    assert (here, there) == ([], ["There is no merge tag called “custom.notice”."])


def tell(person: Candidate, text: str, kind: str = FactKind.FACT, ago: int = 0) -> None:
    now = timezone.now() - timedelta(days=ago)
    facts.add(candidate=person, text=text, kind=kind, by=SYSTEM, now=now)


def test_facts_are_said_the_newest_first(inside: UUID) -> None:
    person = a_candidate()
    tell(person, "stays in Lyon", ago=2)
    tell(person, "may move", ago=5)
    tell(person, "we send the paper", FactKind.PROMISE, ago=1)

    assert filled("{{ fact }}; {{ promise }}; {{ newest_fact }}", person).body == (
        "stays in Lyon; we send the paper; we send the paper"
    )
    assert filled("{{ question }}", person).blanks == ("question",)


def test_what_is_settled_is_not_said(inside: UUID) -> None:
    person = a_candidate()
    tell(person, "we send the paper", FactKind.PROMISE)
    (fact,) = facts.standing(person, timezone.now().date())
    facts.settle(fact=fact, by=SYSTEM, now=timezone.now())

    assert filled('{{ promise | default: "nothing" }}', person).body == "nothing"


def queries(people: Sequence[Candidate]) -> int:
    body = '{{ custom.notice | default: "x" }} {{ fact | default: "y" }}'
    fresh = list(Candidate.objects.filter(pk__in=[p.pk for p in people]))
    with CaptureQueriesContext(connection) as asked:
        latest = Latest(timezone.now(), fresh)
        for person in fresh:
            templates.fill(
                subject="Hi", body=body, context=MergeContext(person, "Ines", "Acme", UNSUBSCRIBE, latest=latest)
            )
    return len(asked)


def test_a_batch_asks_no_more_than_one_mail(inside: UUID) -> None:
    field = a_field()
    people = [a_candidate(f"Person {n}", f"p{n}@example.com") for n in range(3)]
    for person in people:
        say(person, field, "three months")

    assert queries(people) == queries(people[:1])


def test_editor_offers_them(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        a_field()
        a_field("salary", view_roles=["admin"])

    page = recruiter_client.get(reverse("outreach:template-new", args=["acme"])).content.decode()

    assert ("custom.notice" in page, "My notice" in page, "custom.salary" in page) == (True, True, False)
