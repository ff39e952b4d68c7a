"""The demo's notes with mentions, some pinned, some not for everybody."""

from __future__ import annotations

import random
from datetime import timedelta

from crm.services.demo import Scene
from crm.viewing import seen_by
from talent.choices_notes import NoteVisibility, Unread
from talent.demo import no_earlier
from talent.models import Candidate, Note
from talent.services import notes
from talent.services.notes import Sharing

ME, CHOSEN = Sharing(NoteVisibility.ME), Sharing(NoteVisibility.CHOSEN, unread=Unread.GRANT)
SHOWN = Sharing(may_be_shown=True, is_quotable=True)
TEXTS = (
    ("@{colleague}, can you ask about the notice period? It was not clear on the phone.", Sharing()),
    ("Told me about a second offer; please keep it between us, @{colleague}.", CHOSEN),
    ("My own impression: better with a small team than with a large one. Ask again before I say so.", ME),
    ("Confirmed by phone: open to three days a week in the office.", SHOWN),
)


def remarks(scene: Scene) -> None:
    """Every fourth of the newest people has one; the first of each sort was edited or is pinned."""
    dice = random.Random(1871)  # noqa: S311 - of its own: what other chapters draw stays as it is
    with scene.chapter():
        for number, person in enumerate(Candidate.objects.newest_first()[:48:4]):
            _remark(scene, dice, person, number)


def _remark(scene: Scene, dice: random.Random, person: Candidate, number: int) -> None:
    text, sharing = TEXTS[number % len(TEXTS)]
    author, colleague = dice.sample(scene.recruiters, 2)
    then = no_earlier(person, scene.now - timedelta(hours=6 * number + 2))
    said = text.format(colleague=colleague)
    with seen_by(author.pk):
        note = notes.add(candidate=person, text=said, by=author.actor, author_id=author.pk, now=then, sharing=sharing)
        Note.objects.filter(pk=note.pk).update(created_at=then)
        if number == 0:
            more, later = f"{said} Three months would be too late for the platform role.", then + timedelta(hours=1)
            note.refresh_from_db()
            notes.edit(note=note, text=more, by=author.actor, now=later, sharing=sharing)
        if number % 4 == 0:
            Note.objects.get(pk=note.pk).pin(scene.now)
