"""What a person wrote now, apart from what they quote and how they sign."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.mail.replies import new_text
from tests.inbox.limits import bounded

NEW = "Thank you, Tuesday suits me.\n\nBest\nAnn"


@pytest.mark.parametrize(
    "quotation",
    [
        "On Mon, 2 Nov 2026 at 10:00, Zoe Recruiter <zoe@jobs.example.com> wrote:\n> Are you free?",
        "On Mon, 2 Nov 2026 at 10:00, Zoe of a firm of long name\n<zoe@jobs.example.com>\nwrote:\n\n> Are you free?",
        "On Tuesday, Zoe Recruiter wrote:\n> Are you free?",
        "Zoe Recruiter wrote:\n\n> Are you free?",
        "Zoe Recruiter <zoe@jobs.example.com> wrote:\n\nAre you free?",
        "Zoe Recruiter schrieb:\n> Haben Sie Zeit?",
        "On Mon, 2 Nov 2026 at 10:00, Zoe <zoe@jobs.example.com> wrote: > Are you free? > On Tuesday?",
        "On Mon, 2 Nov 2026 at 10:00, Zoe <zoe@jobs.example.com> wrote: Are you free?\n\nOn Tuesday?",
        "Am 02.11.2026 um 10:00 schrieb Zoe Recruiter:\n\nHaben Sie Zeit?",
        "Am Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Zoe <zoe@jobs.example.com>:\n> Zeit?",
        "Le lun. 2 nov. 2026 à 10:00, Zoe <zoe@jobs.example.com> a écrit :\n> Libre ?",
        "El lun, 2 nov 2026 a las 10:00, Zoe (<zoe@jobs.example.com>) escribió:\n> ¿Libre?",
        "Il giorno lun 2 nov 2026 alle ore 10:00 Zoe <zoe@jobs.example.com> ha scritto:\n> Libera?",
        "Op ma 2 nov 2026 om 10:00 schreef Zoe <zoe@jobs.example.com>:\n> Tijd?",
        "Em seg., 2 de nov. de 2026 às 10:00, Zoe <zoe@jobs.example.com> escreveu:\n> Livre?",
        "2026年11月2日(月) 10:00 Zoe <zoe@jobs.example.com>:\n> こんにちは",
        "From: Zoe <zoe@jobs.example.com>\nSent: November 2, 2026 10:00\nTo: Ann\nSubject: A role\n\nAre you free?",
        "________________________________\nVon: Zoe\nGesendet: Mo, 2. November 2026\nAn: Ann\nBetreff: Stelle\n\nZeit?",
        "*De :* Zoe\n*Envoyé :* lundi 2 novembre 2026\n*À :* Ann\n*Objet :* Poste\n\nLibre ?",
        "-----Original Message-----\nFrom: Zoe\n\nAre you free?",
        "---------- Forwarded message ---------\nFrom: Zoe <zoe@jobs.example.com>\n\nAre you free?",
        "> Are you free?\n> On Tuesday?",
    ],
)
def test_new_text_leaves_out_quotation(quotation: str) -> None:
    assert new_text(f"{NEW}\n\n{quotation}\n").text == NEW


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAnn Vale\nWelder",
        "--\nAnn",
        "Sent from my iPhone",
        "Von meinem Mobiltelefon gesendet",
        "Envoyé depuis mon mobile",
        "Get Outlook for Android<https://link.example.com/a>",
    ],
)
def test_new_text_leaves_out_signature(signature: str) -> None:
    found = new_text(f"{NEW}\n\n{signature}")

    assert (found.text, found.signature) == (NEW, signature)


@pytest.mark.parametrize(
    "text",
    [
        "Then my colleague wrote:\n\nwe should talk.",
        "On 2 Nov 2026 at 10:00 I wrote: no.",
        "On the one hand I would like to.\nOn the other hand I wrote to you in 2024: no answer.",
        "My plan:\n- one\n- two\n\n----\n\nThat is all.",
        "Sent from my desk, where I sit all day, this takes longer.",
        "From: is a word I like.\nTo be honest.",
        "The error said 10:30 2026-11-02 and nothing else:\nthen it stopped.",
    ],
)
def test_new_text_keeps_prose(text: str) -> None:
    assert new_text(text).text == text


def test_new_text_keeps_answers_between_quotations() -> None:
    found = new_text("On 2 Nov 2026, Zoe wrote:\n> Free on Monday?\n\nNo.\n\n> On Tuesday?\n\nYes.")

    assert found.text.split() == ["No.", "Yes."]
    assert "> On Tuesday?" in found.quoted


@pytest.mark.parametrize(
    "hostile", ["On 1:00 ", "> " * 50, "__\n", "From: a\n", "\n", "a" * 500 + "\n", "On 2026 wrote:\n\n"]
)
def test_new_text_never_hangs(hostile: str) -> None:
    long = hostile * (400_000 // len(hostile))

    with bounded():
        found = new_text(long)

    assert len(found.text) <= len(long)


_LINES = st.sampled_from(
    [
        "",
        "Hello",
        "> quoted",
        "On Mon, 2 Nov 2026, Zoe <z@e.test> wrote:",
        "--",
        "Ann",
        "From: Zoe",
        "Sent: today",
        "____",
        "Subject: x",
    ]
)


@given(
    st.lists(
        st.one_of(_LINES, st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20))
    )
)
def test_new_text_sorts_lines_of_input(lines: list[str]) -> None:
    found = new_text("\n".join(lines))

    known = {line.strip() for line in lines}
    parts = [line.strip() for pile in (found.text, found.quoted, found.signature) for line in pile.split("\n")]
    assert set(parts) - {""} <= known
    assert sorted(part for part in parts if part) == sorted(line.strip() for line in lines if line.strip())
