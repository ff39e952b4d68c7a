"""Rows of several tables in one statement: as Django itself would write them."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy

from crm import at_once, events
from crm.actors import SYSTEM
from crm.models import AuditEntry, Event
from crm.services import audit
from talent.models import Candidate, ContactPoint, Employment, Provenance
from tests.factories.people import a_tenant
from tests.factories.talent import NOW, a_candidate

HARD = "“Zoë” 'O\\'Neil' \"x\" %s $1 {c0}\n\t\\u00e9 😀 null"


def everything(row: models.Model) -> dict[str, Any]:
    left_out = ("_state", "id", "created_at", "occurred_at", "xact_id")
    return {k: v for k, v in type(row)._default_manager.get(pk=row.pk).__dict__.items() if k not in left_out}


def told(person: Candidate) -> list[models.Model]:
    return [
        ContactPoint(candidate=person, kind="phone", value=HARD, normal=HARD, verified_at=NOW),
        Employment(candidate=person, title=HARD, company="", start="2020-01", end="", is_current=True),
        Provenance(candidate=person, field="name", value=HARD, confidence=0.1 + 0.2),
        events.build(
            "candidate_created", candidate=person.pk, occurred_at=NOW, actor=SYSTEM, data={"a": [1, {"b": HARD}]}
        ),
        audit.entry(action="candidate.create", by=SYSTEM, object_id=person.pk, fields=["b", "a,{}"], facts={"n": 2}),
    ]


def test_rows_are_those_that_django_writes(inside: UUID) -> None:
    ours, theirs = told(a_candidate(email="a@example.com")), told(a_candidate(email="b@example.com"))

    at_once.insert(*([row] for row in ours))
    for row in theirs:
        row.save(force_insert=True)

    for one, other in zip(ours, theirs, strict=True):
        mine, its = everything(one), everything(other)
        for keys in (mine, its):
            keys.pop("candidate_id", None), keys.pop("object_id", None)
        assert mine == its
        assert not one._state.adding


def test_database_fills_in_what_it_alone_knows(inside: UUID) -> None:
    person = a_candidate()
    event = events.build("candidate_created", candidate=person.pk, occurred_at=NOW, actor=SYSTEM)
    entry = audit.entry(action="candidate.create", by=SYSTEM, object_id=person.pk)

    at_once.insert([event], [entry])

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        assert Event.objects.get(pk=event.pk).xact_id == cursor.fetchone()[0]
    assert AuditEntry.objects.get(pk=entry.pk).occurred_at is not None


def test_any_number_of_rows_is_the_same_statement(inside: UUID) -> None:
    person = a_candidate()
    texts = []
    for count in (1, 3):
        rows = [Provenance(candidate=person, field="name", value=str(n)) for n in range(count)]
        with CaptureQueriesContext(connection) as asked:
            at_once.insert(rows, [])
        texts += [query["sql"] for query in asked.captured_queries]

    assert len(texts) == 2
    assert texts[0] == texts[1]
    assert Provenance.objects.filter(candidate=person, field="name", value="2").exists()


def test_what_is_translated_or_counted_goes_as_its_words(inside: UUID) -> None:
    row: Any = Provenance(candidate=a_candidate(), field="name")
    row.value, row.confidence = gettext_lazy("Name"), Decimal("0.25")

    at_once.insert([row])

    told = Provenance.objects.get(pk=row.pk)
    assert (told.value, told.confidence) == ("Name", 0.25)


def test_what_no_column_can_hold_is_refused(inside: UUID) -> None:
    row: Any = Provenance(candidate=a_candidate(), field="name")
    row.value = object()

    with pytest.raises(TypeError, match="object"):
        at_once.insert([row])


def test_nothing_is_asked_for_nothing(inside: UUID) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert at_once.insert([], []) == []

    assert len(asked) == 0


def test_rows_of_another_tenant_are_refused(inside: UUID) -> None:
    person, other = a_candidate(), a_tenant("other")
    row = Provenance(candidate=person, field="name", value="x", tenant_id=other.pk)

    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        at_once.insert([row])
