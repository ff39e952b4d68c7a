"""Notes: who reads them and where, whom they mention, what they said before."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Event, Member, Notification, Tenant
from crm.services import liveness
from crm.tenancy.context import tenant as open_tenant
from crm.viewing import seen_by
from inbox.services import timeline
from talent.choices_notes import NoteVisibility, Unread
from talent.models import Candidate, Note, NoteVersion, Passage
from talent.services import dossier, mentions, merges, notes, passages, visibility
from talent.services.notes import MentionsUnread, NotANote, NotTheAuthor, Sharing
from tests.conftest import logged_in
from tests.factories.talent import NOW, a_candidate
from tests.ground import shared

ME = Sharing(NoteVisibility.ME)
SECRET = "xylophone remark"


@shared
def zoe(inside: UUID) -> Candidate:
    return a_candidate()


def written(candidate: Candidate, author: Member, text: str = SECRET, sharing: Sharing = ME) -> Note:
    with seen_by(author.pk):
        return notes.add(candidate=candidate, text=text, by=author.actor, author_id=author.pk, now=NOW, sharing=sharing)


class Named:
    """As much of a member as a mention needs."""

    def __init__(self, name: str, address: str = "") -> None:
        self.pk, self.name = uuid4(), name
        self.user = SimpleNamespace(email=address or f"{name.split(' ')[0].lower()}@example.com")

    def __str__(self) -> str:
        return self.name


TEAM: list[Any] = [Named("Ada Moreno"), Named("Ada Lind"), Named("Björn Öst"), Named("Kim")]
TWINS: list[Any] = [Named("Ada Moreno", "a.moreno@example.com"), Named("Ada Moreno", "am2@example.com"), Named("Kim")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Ada Moreno and @björn, please", ["Ada Moreno", "Björn Öst"]),
        ("@Ada is two people, ada@kim.test is none", []),
        ("@Kimberly no, (@kim) yes, @Ada\nLind too, @Kim again", ["Kim", "Ada Lind"]),
    ],
)
def test_mentions_are_names_after_an_at_sign(text: str, names: list[str]) -> None:
    assert [str(m) for m in mentions.found(text, TEAM)] == names


def test_each_colleague_is_offered_by_words_that_name_nobody_else() -> None:
    offered = mentions.offered(TWINS)

    text = " ".join(f"@{one.handle}" for one in offered)
    assert text == "@Ada Moreno (a.moreno@example.com) @Ada Moreno (am2@example.com) @Kim"
    assert [mentions.found(f"Ask @{one.handle}, please", TWINS) for one in offered] == [[one] for one in TWINS]


def test_who_is_mentioned_is_told_where_to_read_it(zoe: Candidate, owner: Member, viewer: Member) -> None:
    note = written(zoe, owner, "@Viewer, @owner: call back", Sharing())

    told = Notification.objects.get()
    assert (told.member_id, told.url) == (viewer.pk, f"/o/acme/notes/{note.pk}/")


@pytest.mark.parametrize(("unread", "reads", "told"), [(Unread.GRANT, True, 1), (Unread.LEAVE, False, 0)])
def test_mention_of_who_may_not_read_is_settled(
    zoe: Candidate, owner: Member, viewer: Member, unread: str, reads: bool, told: int
) -> None:
    with pytest.raises(MentionsUnread, match="Viewer may not read this note"):
        written(zoe, owner, "@Viewer is right")

    written(zoe, owner, "@Viewer is right", Sharing(NoteVisibility.ME, unread=unread))

    with seen_by(viewer.pk):
        assert (Note.objects.exists(), Notification.objects.count()) == (reads, told)


def test_private_note_is_nowhere_for_others(zoe: Candidate, owner: Member, recruiter: Member) -> None:
    written(zoe, owner)
    passages.rebuild([zoe.pk])
    zoe.refresh_from_db()

    for member_id in (recruiter.pk, None):
        with seen_by(member_id):
            log = visibility.of_events(Event.objects.filter(subject_type="talent.note"))
            shown = [e.body for e in timeline.page(zoe.pk, group="note").entries]  # type: ignore[union-attr]
            asked = dossier.of(zoe, NOW, recruiter)
            found = (list(log), shown, dossier.latest_notes(zoe, 5), list(asked.known_by), list(asked.pinned))
            assert found == ([], [], [], [], [])
    assert (SECRET in zoe.search_text, Passage.objects.filter(text__contains=SECRET).count()) == (False, 0)


def test_note_that_becomes_private_leaves_search_at_once(zoe: Candidate, owner: Member) -> None:
    note = written(zoe, owner, sharing=Sharing())
    passages.rebuild([zoe.pk])

    with seen_by(owner.pk):
        notes.edit(note=note, text=SECRET, by=owner.actor, now=NOW, sharing=ME)

    zoe.refresh_from_db()
    assert (SECRET in zoe.search_text, Passage.objects.filter(text__contains=SECRET).count()) == (False, 0)


def test_edit_keeps_what_was_said_and_tells_new_names_only(zoe: Candidate, owner: Member, viewer: Member) -> None:
    note, later = written(zoe, owner, "@Viewer: Berlin", Sharing()), NOW + timedelta(days=1)

    with seen_by(owner.pk):
        notes.edit(note=note, text="@Viewer: Bern", by=owner.actor, now=later, sharing=Sharing())
        kept = [(v.text, v.replaced_at) for v in notes.versions(note)]

    assert (kept, Notification.objects.count()) == ([("@Viewer: Berlin", later)], 1)


def test_versions_of_a_private_note_are_as_private(zoe: Candidate, owner: Member, recruiter: Member) -> None:
    note = written(zoe, owner)
    with seen_by(owner.pk):
        notes.edit(note=note, text="Something else", by=owner.actor, now=NOW, sharing=ME)

    with seen_by(recruiter.pk):
        assert NoteVersion.objects.count() == 0


def test_only_the_author_edits(zoe: Candidate, owner: Member, recruiter: Member) -> None:
    note = written(zoe, recruiter, sharing=Sharing())

    with pytest.raises(NotTheAuthor):
        notes.edit(note=note, text="Mine", by=owner.actor, now=NOW, sharing=Sharing())


def test_note_without_author_is_for_everybody(zoe: Candidate) -> None:
    with pytest.raises(NotANote, match="no author"):
        notes.add(candidate=zoe, text="x", by=SYSTEM, author_id=None, now=NOW, sharing=ME)


def test_merge_takes_private_notes_along_unseen(zoe: Candidate, owner: Member, recruiter: Member) -> None:
    other = a_candidate("Zoe Angstrom", "other@example.com")
    note = written(other, owner)

    merges.merge(survivor=zoe, merged=other, by=recruiter.actor, now=timezone.now())

    zoe.refresh_from_db()
    with seen_by(owner.pk):
        assert (Note.objects.get().candidate_id, note.text in zoe.search_text) == (zoe.pk, False)


@pytest.fixture
def page(tenant: Tenant, owner: Member) -> tuple[Client, Candidate]:
    with open_tenant(tenant):
        return logged_in(owner), a_candidate()


def test_composer_offers_to_let_them_read(page: tuple[Client, Candidate], tenant: Tenant, viewer: Member) -> None:
    client, zoe = page
    path, said = f"/o/acme/candidates/{zoe.pk}/notes/add/", {"text": "@Viewer!", "visibility": "me"}

    asked = client.post(path, said, headers={"HX-Request": "true"})
    client.post(path, said | {"unread": "grant"})

    assert (asked.status_code, "Let them read it and save" in asked.content.decode()) == (422, True)
    shown = logged_in(viewer).get(f"/o/acme/candidates/{zoe.pk}/").content.decode()
    assert "@Viewer!" in shown


def test_note_is_edited_pinned_and_shown_with_its_past(page: tuple[Client, Candidate], tenant: Tenant) -> None:
    client, zoe = page
    client.post(f"/o/acme/candidates/{zoe.pk}/notes/add/", {"text": "Old words"})
    with open_tenant(tenant):
        here = f"/o/acme/notes/{Note.objects.get().pk}/"

    client.post(f"{here}edit/", {"text": "New words", "visibility": "me", "may_be_shown": "on"})
    client.post(f"{here}pin/")

    shown = client.get(here).content.decode()
    assert [word in shown for word in ("New words", "Old words", "Only me", "The person may see it", "Unpin")] == [
        True
    ] * 5


def test_api_writes_reads_and_refuses(page: tuple[Client, Candidate], recruiter: Member, viewer: Member) -> None:
    client, zoe = page
    path, json = f"/o/acme/api/v1/candidates/{zoe.pk}/notes/", "application/json"

    asked = client.post(path, {"text": "@Viewer", "visibility": "me"}, json)
    made = client.post(path, {"text": "Hi", "visibility": "chosen", "readers": [str(recruiter.pk)]}, json).json()
    one = f"/o/acme/api/v1/notes/{made['id']}/"
    changed = client.patch(one, {"text": "Ho", "pinned": True}, json).json()

    assert (asked.status_code, changed["versions"][0]["text"], changed["readers"]) == (400, "Hi", [str(recruiter.pk)])
    statuses = [logged_in(who).get(one).status_code for who in (recruiter, viewer)]
    assert (statuses, logged_in(recruiter).patch(one, {"text": "No"}, json).status_code) == ([200, 404], 403)


def test_open_profile_learns_of_every_change_of_a_note(zoe: Candidate, owner: Member) -> None:
    note, seen = written(zoe, owner), []
    with seen_by(owner.pk):
        for change in (
            lambda: notes.pin(note=note, pinned=True, by=owner.actor, now=NOW),
            lambda: notes.edit(note=note, text="Other words", by=owner.actor, now=NOW, sharing=ME),
            lambda: notes.delete(note=note, by=owner.actor, now=NOW),
        ):
            change()
            seen.append(liveness.version(zoe.pk))

    assert len(set(seen)) == 3
    with seen_by(None):
        assert not visibility.of_events(Event.objects.filter(subject_type="talent.note")).exists()


def test_only_a_note_for_everybody_can_be_quoted(tenant: Tenant, recruiter: Member, zoe: Candidate) -> None:
    client, path = logged_in(recruiter), f"/o/acme/api/v1/candidates/{zoe.pk}/notes/"
    said = {"text": "Wants part-time from March", "is_quotable": True}

    private = client.post(path, said | {"visibility": "me"}, "application/json")
    note = client.post(path, said, "application/json").json()
    hidden = client.patch(f"/o/acme/api/v1/notes/{note['id']}/", {"visibility": "me"}, "application/json")
    by_page = client.post(f"/o/acme/notes/{note['id']}/edit/", {"text": "x", "visibility": "me", "is_quotable": "on"})
    shown = client.get(f"/o/acme/notes/{note['id']}/").content.decode()

    assert note["is_quotable"]
    assert [answer.status_code for answer in (private, hidden, by_page)] == [400, 400, 422]
    assert all("can be quoted in mails" in one.content.decode() for one in (private, hidden, by_page))
    assert "Mails may quote its first line" in shown
    unmarked = client.patch(
        f"/o/acme/api/v1/notes/{note['id']}/", {"visibility": "me", "is_quotable": False}, "application/json"
    )
    assert (unmarked.status_code, unmarked.json()["is_quotable"]) == (200, False)
