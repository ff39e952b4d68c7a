"""Many questions in one statement: the same answers."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, models, transaction
from django.db.models import Count, F
from django.test.utils import CaptureQueriesContext

from crm import together
from crm.actors import SYSTEM
from crm.models import Event, Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.choices import FactKind
from talent.models import Candidate, CandidateFact, CandidateSkill, ContactPoint, FieldValue, Note, Segment
from talent.profile import Claim
from talent.services import custom_fields, facts, field_values, labels
from talent.services.custom_fields import Rules
from tests.factories.talent import NOW, a_candidate
from tests.ground import shared


@shared
def zoe(inside: UUID, recruiter: Member) -> Candidate:
    person = a_candidate("Zoë “Ångström” %s", skills=[Claim("Python", "'quoted' %s\n{c0}")])
    labels.tag(candidates=[person], name="speaker", by=SYSTEM, now=NOW)
    Note.objects.create(candidate=person, author=recruiter, text="first\nsecond")
    facts.add(candidate=person, text="x", kind=FactKind.PROMISE, valid_until=date(2026, 4, 1), by=SYSTEM, now=NOW)
    Segment.objects.create(name="S", rule={"all": [{"n": 1.5, "deep": [None, True]}]})
    custom_fields.create(rules=Rules("Number"), type="number", by=SYSTEM)
    custom_fields.create(rules=Rules("Several", choices=["a", "b"]), type="choices", by=SYSTEM)
    custom = {"number": "12345678901234.123456", "several": ["b", "a"]}
    field_values.put(candidate=person, values=custom, role=None, by=SYSTEM, now=NOW)
    return person


def questions() -> list[models.QuerySet[Any]]:
    return [
        Candidate.objects.select_related("owner__user", "source"),
        ContactPoint.objects.all(),
        CandidateSkill.objects.select_related("skill__parent"),
        Note.objects.select_related("author__user"),
        CandidateFact.objects.all(),
        Segment.objects.all(),
        FieldValue.objects.select_related("definition").order_by("definition__key"),
        Candidate.objects.annotate(n=Count("tags"), twice=F("engagement") * 2)[:3],
        Event.objects.order_by("pk"),
    ]


def everything(row: models.Model) -> dict[str, Any]:
    """All that was read, of the row and of what came with it."""
    whole = {k: v for k, v in row.__dict__.items() if k != "_state"}
    for name, other in row._state.fields_cache.items():
        whole[f"with {name}"] = everything(other) if other is not None else None
    return whole


def test_answers_are_the_same(zoe: Candidate) -> None:
    with together.reading(questions()):
        read = [[everything(row) for row in together.rows(q)] for q in questions()]

    assert read == [[everything(row) for row in q] for q in questions()]
    assert FieldValue.objects.get(number__isnull=False).number == Decimal("12345678901234.123456")


def test_it_is_one_statement(zoe: Candidate) -> None:
    with CaptureQueriesContext(connection) as asked, together.reading(questions()):
        for question in questions():
            together.rows(question)

    assert len(asked) == 1


def test_other_questions_are_asked(zoe: Candidate) -> None:
    with together.reading([ContactPoint.objects.all()]), CaptureQueriesContext(connection) as asked:
        together.rows(ContactPoint.objects.filter(kind="email"))

    assert len(asked) == 1


def test_nothing_is_remembered_afterwards(zoe: Candidate) -> None:
    with together.reading([ContactPoint.objects.all()]):
        pass
    ContactPoint.objects.all().delete()

    assert together.rows(ContactPoint.objects.all()) == []


def test_what_is_nothing_is_not_asked(inside: UUID, tenant: Tenant) -> None:
    nothing = ContactPoint.objects.none()
    with CaptureQueriesContext(connection) as asked, together.reading([nothing]):
        assert together.rows(nothing) == []

    assert len(asked) == 0


def test_counts_and_texts_are_asked_in_the_same_statement(zoe: Candidate) -> None:
    facts, text = CandidateFact.objects.all(), together.One("SELECT upper(%s)", ("told",))
    with together.reading([together.Count(facts), text]), CaptureQueriesContext(connection) as asked:
        told = (together.count(facts), together.one(text))

    assert (told, len(asked)) == ((1, "TOLD"), 0)
    assert (together.count(facts), together.one(text)) == told


def test_what_a_scope_remembers_is_forgotten_with_it(zoe: Candidate) -> None:
    with together.scope():
        together.remember(lambda: [together.Count(CandidateFact.objects.all())])
        CandidateFact.objects.all().delete()
        remembered = together.count(CandidateFact.objects.all())

    assert (remembered, together.count(CandidateFact.objects.all())) == (1, 0)


def test_what_is_known_is_not_asked_again(zoe: Candidate) -> None:
    notes = Note.objects.all()
    with together.scope(), together.reading([notes]), CaptureQueriesContext(connection) as asked:
        together.remember(lambda: [notes])
        together.rows(notes)

    assert len(asked) == 0


def test_a_part_of_a_page_reads_alone_only_where_nobody_reads_for_it(zoe: Candidate) -> None:
    with CaptureQueriesContext(connection) as asked:
        with together.reading_if_alone([Note.objects.all()]):
            alone = together.rows(Note.objects.all())
        with together.reading([Note.objects.all()]), together.reading_if_alone([Note.objects.all()]):
            within = together.rows(Note.objects.all())

    assert (alone, len(asked)) == (within, 2)


def test_what_is_asked_again_and_again_is_prepared(zoe: Candidate) -> None:
    for _ in range(4):
        together.fetch([Note.objects.all()])

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%talent_note%'")
        assert cursor.fetchone() == (1,)


def test_each_workspace_is_answered_for_itself_in_one_scope(tenant: Tenant, outsider: Member) -> None:
    with together.scope():
        for owner, name in ((tenant, "Zoë"), (outsider.tenant, "Ada")):
            with open_tenant(owner):
                a_candidate(name)
                everybody = together.One("SELECT string_agg(name, ',') FROM talent_candidate")
                together.remember(lambda: [everybody])  # noqa: B023
                assert together.one(everybody) == name


@together.planned
def notes_of(person: UUID) -> together.Asked[Note]:
    return Note.objects.filter(candidate_id=person)


def prepared() -> list[tuple[int]]:
    """How often each prepared statement about notes was executed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE '%talent_note%'"
        )
        return cursor.fetchall()


def ask_much_else() -> None:
    with connection.cursor() as cursor:
        for n in range(40):
            cursor.execute(f"SELECT {n}")


def test_what_was_planned_is_prepared_however_much_else_is_asked(zoe: Candidate) -> None:
    for _ in range(2):
        together.fetch([notes_of(zoe.pk)])
        ask_much_else()

    assert prepared() == [(2,)]


def test_what_was_not_planned_is_not_prepared_at_once(zoe: Candidate) -> None:
    together.fetch([notes_of(zoe.pk), Note.objects.filter(pk__in=[zoe.pk])])

    assert prepared() == []


def test_nothing_is_prepared_where_that_is_switched_off(zoe: Candidate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.connection, "prepare_threshold", None)
    for _ in range(4):
        together.fetch([notes_of(zoe.pk)])

    assert prepared() == []


def test_rollback_empties_what_is_prepared(zoe: Candidate) -> None:
    together.fetch([notes_of(zoe.pk)])
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError
    assert prepared() == []

    assert [note.text for note in together.rows(notes_of(zoe.pk))] == ["first\nsecond"]
    assert prepared() == [(1,)]
