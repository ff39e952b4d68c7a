"""Texts about people in pieces, kept in the background."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from talent.models import Candidate, Note, Passage, StaleText
from talent.search import embedding
from talent.services import notes, passages
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
