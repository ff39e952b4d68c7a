"""Texts about people in pieces, kept in the background."""

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from copy import copy
from datetime import timedelta
from threading import Event
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from crm.models import AuditEntry
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, Note, Passage, StaleText
from talent.search import embedding
from talent.services import candidates, notes, passages
from tests.factories.people import a_tenant
from tests.factories.talent import a_candidate
from tests.ground import shared


@shared
def zoe(inside: UUID) -> Candidate:
    return a_candidate()


def keep(**late: int) -> int:
    return passages.keep(now=timezone.now() + timedelta(**late))


def texts() -> list[str]:
    return list(Passage.objects.order_by("kind", "number").values_list("text", flat=True))


def test_a_change_marks_and_the_worker_makes_passages(zoe: Candidate) -> None:
    note = notes.add(candidate=zoe, text="Would move to Berlin.", by=SYSTEM, author_id=None, now=zoe.created_at)

    assert keep() == 2
    assert texts() == [
        "Would move to Berlin.",
        "Data engineer. Data engineer at Nordlicht. Developer at Fjord Labs. Skills: PostgreSQL, Python",
    ]
    assert (keep(), Passage.objects.get(kind="note").origin) == (0, note.pk)


def test_passages_go_with_their_text_and_others_stay(zoe: Candidate) -> None:
    note = notes.add(candidate=zoe, text="Would move.", by=SYSTEM, author_id=None, now=zoe.created_at)
    keep()
    profile = Passage.objects.get(kind="profile").pk

    notes.delete(note=Note.objects.get(pk=note.pk), by=SYSTEM, now=zoe.created_at)
    keep()

    assert list(Passage.objects.values_list("pk", flat=True)) == [profile]


def test_vectors_do_not_know_the_name(inside: UUID) -> None:
    for name in ("Zoë Ångström", "Bo Lund"):
        a_candidate(name, f"{len(name)}@example.com", phones=[])
    keep()

    assert len(set(Passage.objects.values_list("bits", flat=True))) == 1


def test_a_person_who_fails_is_tried_alone_and_not_for_ever(zoe: Candidate, monkeypatch: pytest.MonkeyPatch) -> None:
    mia = a_candidate("Mia Laurent", "mia@example.com", phones=[])
    real = passages.rebuild

    def broken(ids: list[UUID]) -> int:
        if zoe.pk in ids:
            raise ValueError("a text that cannot be read")
        return real(ids)

    monkeypatch.setattr(passages, "rebuild", broken)
    looked = [keep(days=n) for n in range(7)]

    assert looked == [2, 1, 1, 1, 1, 0, 0]
    assert set(Passage.objects.values_list("candidate", flat=True)) == {mia.pk}
    assert StaleText.objects.get().problem == "ValueError('a text that cannot be read')"


def test_without_the_model_the_words_are_kept_and_vectors_come_later(
    zoe: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setattr(embedding, "_model", lambda: None)
        keep()
    before = list(Passage.objects.values_list("bits", flat=True))
    passages.mark_everybody()
    keep()

    assert (before, [len(b) for b in Passage.objects.values_list("bits", flat=True)]) == ([None], [256])


@given(st.text(max_size=3000))
def test_cutting_loses_no_word(text: str) -> None:
    pieces = passages.cut(text)

    assert "".join("".join(pieces).split()).replace(";", "") == "".join(text.split()).replace(";", "")
    assert all(len(piece) <= passages.LETTERS + 2 for piece in pieces)


def test_cutting_ends_where_sentences_do() -> None:
    text = " ".join(f"Sentence number {n} is about forty letters long." for n in range(40))

    assert all(piece.endswith(".") for piece in passages.cut(text))


def test_near_meanings_are_near() -> None:
    query, *found = embedding.encode(
        ["hospital work with patients", "nurse in intensive care", "sells cars to dealers"]
    )
    assert query is not None

    nurse, seller = embedding.nearness(query, [one.code for one in found if one])
    assert nurse > seller


def test_person_is_deleted_after_what_is_being_written_about_them(committed: None) -> None:
    tenant, is_written, may_end = a_tenant(), Event(), Event()
    with open_tenant(tenant):
        person = a_candidate()

    def write() -> int:
        with closing(connection), open_tenant(tenant):
            written = keep()
            is_written.set()
            may_end.wait(10)
            return written

    def delete() -> None:
        with closing(connection), open_tenant(tenant):
            candidates.delete(candidate=person, by=SYSTEM, now=person.created_at)

    with ThreadPoolExecutor(2) as together:
        written = together.submit(write)
        assert is_written.wait(10)
        deleted = together.submit(delete)
        assert wait([deleted], timeout=0.5).done == set()
        may_end.set()
        assert (written.result(10), deleted.result(10)) == (1, None)

    with open_tenant(tenant):
        assert (Candidate.objects.count(), Passage.objects.count(), StaleText.objects.count()) == (0, 0, 0)


def test_mark_of_somebody_who_is_being_deleted_waits(committed: None) -> None:
    tenant = a_tenant()
    with open_tenant(tenant):
        people = [a_candidate(), a_candidate("Ann Berg", "ann@example.com", phones=[])]

    def write() -> int:
        with closing(connection), open_tenant(tenant):
            return keep()

    with open_tenant(tenant), ThreadPoolExecutor(1) as another:
        list(Candidate.objects.select_for_update().filter(pk=people[0].pk))
        assert another.submit(write).result(10) == 1

    with open_tenant(tenant):
        assert [mark.candidate_id for mark in StaleText.objects.all()] == [people[0].pk]


def test_person_who_is_deleted_twice_is_gone_once(inside: UUID) -> None:
    person = a_candidate()

    for _ in range(2):
        candidates.delete(candidate=copy(person), by=SYSTEM, now=person.created_at)

    assert (Candidate.objects.count(), AuditEntry.objects.filter(action="candidate.delete").count()) == (0, 1)
