"""What the merge tags say: of who writes, of where and when one met, of what comes next; and of nobody."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import MessageEventKind
from outreach.models import OutboundMessage, Sequence
from outreach.services import ledger, mailboxes, merge_tags, simulator, snippets, templates
from outreach.services.merge_tags import Latest, MergeContext
from talent.choices import Channel, SourceKind, TouchKind
from talent.models import Candidate, Note, Source, SourceTouch, Touchpoint
from talent.services import notes
from talent.services.notes import Sharing
from tests.factories.messages import a_message, happened
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled
from tests.factories.people import a_member
from tests.outreach.test_languages import a_reader, a_template

DAY = timedelta(days=1)
ROOT = Path(__file__).parents[2]
READ_FROM = ("talent_sourcetouch", "talent_touchpoint", "outreach_messageevent", "portal_contentitem")
NEW_TAGS = ["sender.email", "sender.title", "sender.phone", "booking_link", "event_met", "mutual_contact"]
NEW_TAGS += ["last_conversation", "last_conversation_month", "last_conversation_topic", "upcoming_events"]


def told(person: Candidate, tag: str, **more: Any) -> str | None:
    return merge_tags.values(MergeContext(person, "Ines", "Acme", "", latest=Latest(NOON), **more), [tag])[tag]


def talked(person: Candidate, at: datetime, subject: str = "", sender: Member | None = None, **fields: Any) -> None:
    """They answered a mail of ours."""
    happened(a_message(person, at, subject=subject, sender=sender, **fields), MessageEventKind.REPLIED, at)
    Candidate.objects.filter(pk=person.pk).touch(replied_at=at)
    person.refresh_from_db()


def a_writer(member: Member, **fields: str) -> Member:
    said = {"title": "Recruiter", "phone": "+49 40 123456", "booking_link": "https://book.example.com/ines", **fields}
    Member.objects.filter(pk=member.pk).update(**said)
    return Member.objects.select_related("user").get(pk=member.pk)


# --- who writes


OF_SENDER = {
    "sender.email": "recruiter@acme.example.com",
    "sender.title": "Recruiter",
    "sender.phone": "+49 40 123456",
    "booking_link": "https://book.example.com/ines",
    "sender.name": "Ines",
    "sender.first_name": "Ines",
}


@pytest.mark.parametrize(("tag", "value"), OF_SENDER.items())
def test_mail_tells_of_its_sender(recruiter: Member, tag: str, value: str) -> None:
    assert told(Candidate(name="Maya"), tag, sender=a_writer(recruiter)) == value


@pytest.mark.parametrize("tag", [tag for tag in OF_SENDER if not tag.endswith("name")])
def test_workspace_as_sender_has_neither(tag: str) -> None:
    assert told(Candidate(name="Maya"), tag) is None


@pytest.mark.usefixtures("inside")
def test_booking_address_becomes_a_link_and_titles_stay_text(tenant: Tenant, recruiter: Member) -> None:
    body = 'Choose a time: {{ booking_link | default: "soon" }}\n\n{% if sender.title %}{{ sender.title }}{% endif %}'
    sequence = a_sequence(body=body, sender=a_writer(recruiter, title="<b>Head</b>"))
    enrolled(sequence, [a_person()])

    [message] = ledger.reserve(tenant=tenant, now=NOON).messages

    assert "Choose a time: https://book.example.com/ines" in message.text
    assert "<a href=" in message.html.split("Choose a time: ")[1][:9]
    assert "&lt;b&gt;Head&lt;/b&gt;" in message.html


@pytest.mark.usefixtures("inside")
def test_step_with_a_writer_of_its_own_signs_with_theirs(tenant: Tenant, recruiter: Member, owner: Member) -> None:
    sequence = a_sequence(body='{{ sender.email | default: "-" }}', sender=owner)
    sequence.steps.update(sender=recruiter)
    enrolled(sequence, [a_person()])

    [message] = ledger.reserve(tenant=tenant, now=NOON).messages

    assert message.text.startswith("recruiter@acme.example.com")


# --- blanks


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("tag", NEW_TAGS)
def test_tag_needs_a_fallback_or_a_condition(tag: str) -> None:
    bare, safe = f"So: {{{{ {tag} }}}}", f'So: {{{{ {tag} | default: "well" }}}}'
    guarded = f"So{{% if {tag} %}}: {{{{ {tag} }}}}{{% endif %}}"
    context = MergeContext(a_person(), "Ines", "Acme", "https://u.example.com/", latest=Latest(NOON))

    [problem] = templates.check(subject="Hello", body=bare)
    made = [templates.fill(subject="Hello", body=body, context=context) for body in (bare, safe, guarded)]

    assert f'{{{{ {tag} | default: "…" }}}}' in problem.message
    assert [templates.check(subject="Hello", body=body) for body in (safe, guarded)] == [[], []]
    assert [(one.body, one.blanks) for one in made] == [("So: ", (tag,)), ("So: well", ()), ("So", ())]


@pytest.mark.parametrize(
    ("tag", "sentence"),
    [
        ("sender.phone", "Your telephone number may be missing."),
        ("event_met", "“Event where you met” may be missing."),
    ],
)
def test_sentence_about_a_missing_fallback_is_one(inside: UUID, tag: str, sentence: str) -> None:
    [problem] = templates.check(subject="Hello", body=f"{{{{ {tag} }}}}")

    assert problem.message.startswith(sentence)


@pytest.mark.parametrize("source", ["{{ sender }}", "{{ sender.password }}", "{{ sender.size }}", "{{ booking }}"])
def test_nothing_else_of_a_sender_is_told(inside: UUID, source: str) -> None:
    assert "There is no merge tag called" in templates.check(subject="Hello", body=source)[0].message


@pytest.mark.usefixtures("inside")
def test_simulation_counts_blanks_with_who_would_write(tenant: Tenant, recruiter: Member) -> None:
    sequence = a_sequence(body="{{ sender.title }} {{ event_met }}", sender=a_writer(recruiter))
    people = [a_person(), a_person("Zoe Okafor")]
    a_touch(people[0], "Spring meetup")

    found = simulator.simulate(sequence=sequence, candidate_ids=[p.pk for p in people], tenant=tenant, now=NOON)

    assert [(blank.tag, blank.people) for blank in found.blanks] == [("Event where you met", 1)]


# --- the last conversation


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("subject", "language", "said"),
    [
        ("Data platform in Hamburg", "", "May 2026 (“Data platform in Hamburg”)"),
        ("AW: Re: Data platform", "de", "Mai 2026 (“Data platform”)"),
        ("", "fr", "mai 2026"),
        ("x" * 200, "xx", f"May 2026 (“{'x' * 79}…”)"),
    ],
)
def test_last_conversation_is_a_month_and_a_topic(subject: str, language: str, said: str) -> None:
    person = a_person()
    talked(person, datetime(2026, 4, 2, tzinfo=UTC), "Long ago")
    talked(person, datetime(2026, 5, 4, tzinfo=UTC), subject)

    assert told(person, "last_conversation", language=language) == said


def test_month_is_that_of_the_workspace(tenant: Tenant) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(time_zone="Pacific/Auckland")
    with open_tenant(tenant):
        person = a_person()
        talked(person, datetime(2026, 5, 31, 20, 0, tzinfo=UTC))

        assert told(person, "last_conversation_month") == "June 2026"


@pytest.mark.usefixtures("inside")
def test_call_after_the_last_mail_has_no_topic() -> None:
    person = a_person()
    talked(person, datetime(2026, 4, 2, tzinfo=UTC), "Data platform")
    Candidate.objects.filter(pk=person.pk).touch(spoke_at=datetime(2026, 5, 4, tzinfo=UTC))
    person.refresh_from_db()

    assert told(person, "last_conversation") == "May 2026"
    assert told(person, "last_conversation_topic") is None


def a_note(person: Candidate, text: str, at: datetime, *, is_quotable: bool = True) -> None:
    sharing = Sharing(is_quotable=is_quotable)
    note = notes.add(candidate=person, text=text, by=SYSTEM, author_id=None, now=at, sharing=sharing)
    Note.objects.filter(pk=note.pk).update(created_at=at)


@pytest.mark.usefixtures("inside")
def test_note_that_may_be_quoted_is_the_topic() -> None:
    person, call = a_person(), datetime(2026, 5, 4, tzinfo=UTC)
    talked(person, call - 30 * DAY, "Data platform")
    Candidate.objects.filter(pk=person.pk).touch(spoke_at=call)
    person.refresh_from_db()
    a_note(person, "Not to be quoted", call + DAY, is_quotable=False)
    a_note(person, "\n  a sabbatical in spring \nsecond line", call - DAY / 2)

    assert told(person, "last_conversation") == "May 2026 (“a sabbatical in spring”)"
    talked(person, call + 40 * DAY, "AW: Salaries")
    assert told(person, "last_conversation") == "June 2026 (“Salaries”)"


@pytest.mark.usefixtures("inside")
def test_note_that_may_be_quoted_is_a_conversation_where_none_is_known() -> None:
    met, other = a_person(), a_person("Zoe Okafor")
    a_note(met, "what makes a good staff engineer", datetime(2026, 3, 4, tzinfo=UTC))
    a_note(other, "Met at the fair", datetime(2026, 3, 4, tzinfo=UTC), is_quotable=False)

    assert told(met, "last_conversation") == "March 2026 (“what makes a good staff engineer”)"
    assert told(other, "last_conversation") is None


@pytest.mark.usefixtures("inside")
def test_text_message_has_no_topic_and_who_never_answered_no_month() -> None:
    person = a_person()
    talked(person, NOON - DAY, "SMS", channel=Channel.TEXT)

    assert told(person, "last_conversation") == "June 2026"
    assert told(a_person("Zoe Okafor"), "last_conversation") is None


@pytest.mark.usefixtures("inside")
def test_month_is_in_the_language_of_the_template(tenant: Tenant) -> None:
    template = a_template()
    body = '{{ last_conversation_month | default: "-" }}'
    template.translations.update(body=body)
    template.body = body
    template.save()
    sequence = a_sequence()
    sequence.steps.update(template=template)
    people = [a_reader("de"), a_reader("en")]
    for person in people:
        talked(person, datetime(2026, 5, 4, tzinfo=UTC))
    enrolled(sequence, people)

    made = ledger.reserve(tenant=tenant, now=NOON).messages

    assert {m.candidate.name: m.text.split("\n")[0] for m in made} == {
        "Reader de": "Mai 2026",
        "Reader en": "May 2026",
    }


# --- where one met, and whom one knows


def a_touch(person: Candidate, name: str, kind: str = SourceKind.EVENT, at: datetime = NOON) -> None:
    source, _ = Source.objects.get_or_create(name=name, defaults={"kind": kind})
    SourceTouch.objects.create(candidate=person, source=source, touched_at=at)


@pytest.mark.usefixtures("inside")
def test_event_is_the_last_one_they_came_by() -> None:
    met, by_form, nameless = a_person(), a_person("Zoe Okafor"), a_person("Bo Paris")
    met.source = Source.objects.create(name="Summer fair", kind=SourceKind.EVENT)
    by_form.source = Source.objects.create(name="Form", kind=SourceKind.PORTAL)
    a_touch(nameless, "Event")

    assert [told(one, "event_met") for one in (met, by_form, nameless)] == ["Summer fair", None, None]
    a_touch(met, "PyCon", at=NOON - 2 * DAY)
    a_touch(met, "Agency", SourceKind.MANUAL, at=NOON - DAY)
    a_touch(met, "Next year’s fair", at=NOON + DAY)
    assert told(met, "event_met") == "PyCon"


def test_colleague_who_knows_them_is_not_who_writes(inside: UUID, owner: Member, recruiter: Member) -> None:
    person = a_person()
    person.owner = owner
    person.save()
    talked(person, NOON - 9 * DAY, sender=recruiter)

    names = [told(person, "mutual_contact", sender=writer) for writer in (None, owner, recruiter)]

    assert names == ["Recruiter", "Recruiter", "Owner"]


def test_colleague_who_called_last_knows_them(inside: UUID, owner: Member, recruiter: Member) -> None:
    person = a_person()
    talked(person, NOON - 9 * DAY, sender=owner)
    at = {"occurred_at": NOON - DAY, "kind": TouchKind.CALL}
    Touchpoint.objects.create(candidate=person, member=recruiter, reached=True, **at)

    names = [told(person, "mutual_contact", sender=writer) for writer in (None, recruiter)]

    assert names == ["Recruiter", "Owner"]


def test_text_in_a_snippet_is_read_for_a_batch_as_well(inside: UUID, tenant: Tenant) -> None:
    def reserved(count: int) -> Counter[str]:
        sequence = a_sequence(name=f"Batch of {count}", body="[[where]]")
        enrolled(sequence, [a_person(f"Person {count} {n}") for n in range(count)])
        with CaptureQueriesContext(connection) as asked:
            assert len(ledger.reserve(tenant=tenant, now=NOON).messages) == count
        return Counter(name for name in READ_FROM for one in asked if name in (one["sql"] or ""))

    snippets.save(name="where", body='{{ event_met | default: "-" }}', by=SYSTEM)

    assert reserved(3)["talent_sourcetouch"] == 1


def test_who_left_the_team_is_nobody_to_name(inside: UUID, tenant: Tenant, recruiter: Member) -> None:
    person, gone = a_person(), a_member(tenant, email="gone@acme.example.com")
    talked(person, NOON - 9 * DAY, sender=gone)
    Member.objects.filter(pk=gone.pk).update(is_active=False)

    assert told(person, "mutual_contact", sender=recruiter) is None


# --- many at once, lists


@pytest.mark.usefixtures("inside")
def test_many_mails_read_their_values_together(tenant: Tenant, recruiter: Member) -> None:
    def reserved(count: int) -> Counter[str]:
        body = "".join(f'{{{{ {tag} | default: "-" }}}}' for tag in NEW_TAGS)
        sequence = a_sequence(name=f"Batch of {count}", body=body, sender=recruiter)
        people = [a_person(f"Person {count} {n}") for n in range(count)]
        for person in people:
            talked(person, NOON - 9 * DAY, "Hello", sender=recruiter)
            a_touch(person, "PyCon")
        enrolled(sequence, people, now=NOON + 40 * DAY)
        OutboundMessage.objects.filter(enrolment__sequence=sequence).update(due_at=NOON)
        with CaptureQueriesContext(connection) as asked:
            made = ledger.reserve(tenant=tenant, now=NOON + 40 * DAY).messages
        assert len(made) == count
        return Counter(name for name in READ_FROM for one in asked if name in (one["sql"] or ""))

    twice = {"outreach_messageevent": 2}  # for a conversation and for who had it
    mailboxes.default_mailbox(tenant)
    assert reserved(3) == reserved(1) == Counter(dict.fromkeys(READ_FROM, 1) | twice)


def test_editor_and_guide_name_every_tag(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        step = Sequence.objects.get(pk=a_sequence(status="draft").pk).steps.get()
    page = owner_client.get(f"/o/acme/steps/{step.pk}/edit/").content.decode()
    guide = (ROOT / "docs" / "merge-tags.md").read_text()

    offered = [tag.name for tag in merge_tags.offered()]

    assert [name for name in offered if f">{name}</button>" not in page or f"`{name}`" not in guide] == []
    assert "sender_name" not in offered
