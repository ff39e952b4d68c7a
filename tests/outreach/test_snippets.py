"""Snippets, and the library of templates."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from crm.viewing import seen_by
from outreach.choices import MessageEventKind, MessageState
from outreach.models import MessageEvent, MessageTemplate, OutboundMessage, SandboxMessage, Snippet
from outreach.services import message_templates, snippet_text, snippets, templates
from outreach.services.merge_tags import Latest, MergeContext
from outreach.services.message_templates import Shelf
from outreach.services.snippets import NotASnippet
from talent.models import Candidate
from tests.conftest import logged_in
from tests.factories.outreach import NOON, a_person, a_single

WORDS = st.text(alphabet="ab \n", max_size=20)


def a_snippet(name: str, body: str) -> Snippet:
    return snippets.save(name=name, body=body, by=SYSTEM)


def rendered(body: str) -> str:
    maya, way_out = Candidate(name="Maya Lindqvist"), "https://example.com/u"
    context = MergeContext(maya, "Ines", "Acme", way_out, latest=Latest(NOON))
    return templates.render(subject="Hello", body=body, context=context).text


@given(WORDS, WORDS, WORDS)
def test_text_stands_in_the_place_of_its_name(before: str, words: str, after: str) -> None:
    assert snippet_text.expand(f"{before}[[x]]{after}", {"x": words}).text == f"{before}{words}{after}"


@given(st.lists(WORDS, max_size=4), WORDS)
def test_every_line_is_its_authors(texts: list[str], words: str) -> None:
    source = "\n".join([*texts, "[[x]]", "[[y]]"])

    found = snippet_text.expand(source, {"x": words, "y": "last"})

    lines = found.text.split("\n")
    assert len(found.lines) == len(lines)
    assert (lines[-1], found.line_of(len(lines))) == ("last", source.count("\n") + 1)


def test_snippets_stand_in_mails_with_each_persons_values(inside: UUID) -> None:
    a_snippet("bye", "Yours,\n{{ sender_first_name }}")
    a_snippet("close", 'Talk soon, {{ first_name | default: "friend" }}.\n[[bye]]')

    assert rendered("Hi.\n\n[[ close ]]").startswith("Hi.\n\nTalk soon, Maya.\nYours,\nInes")


def test_problem_behind_a_snippet_has_its_authors_line(inside: UUID) -> None:
    a_snippet("long", "one\ntwo\nthree")

    found = templates.check(subject="Hello", body="[[long]]\n{{ first_name }}\n[[gone]]")

    assert [one.line for one in found] == [2, 3]
    assert found[1].message == "There is no snippet called “gone”."


@pytest.mark.parametrize("body", ["[[a]]", "[[b]]"])
def test_snippet_does_not_contain_itself(inside: UUID, body: str) -> None:
    row = a_snippet("a", "words")
    a_snippet("b", "[[a]]")

    with pytest.raises(NotASnippet, match="It would contain itself"):
        snippets.save(name="a", body=body, by=SYSTEM, snippet=row)


@pytest.mark.parametrize("body", ["{{ no_such_tag }}", "[[gone]]", "{{ first_name }}", " "])
def test_snippet_that_could_not_be_sent_is_refused(inside: UUID, body: str) -> None:
    with pytest.raises(NotASnippet):
        a_snippet("a", body)


def test_snippets_are_not_nested_without_end(inside: UUID) -> None:
    a_snippet("s0", "words")
    for depth in range(1, snippet_text.DEEPEST):
        a_snippet(f"s{depth}", f"[[s{depth - 1}]]")

    with pytest.raises(NotASnippet, match="at most 5 deep"):
        a_snippet("s9", "[[s4]]")


def test_snippet_in_use_keeps_its_name_and_stays(inside: UUID) -> None:
    row = a_snippet("bye", "Yours")
    message_templates.save(name="Hello", subject="Hi", body="[[bye]]", by=SYSTEM)

    with pytest.raises(NotASnippet, match="the template “Hello”"):
        snippets.delete(snippet=row, by=SYSTEM)
    with pytest.raises(NotASnippet, match="the template “Hello”"):
        snippets.save(name="farewell", body="Yours", by=SYSTEM, snippet=row)


def test_private_template_is_seen_by_its_author_alone(inside: UUID, recruiter: Member, owner: Member) -> None:
    shelf = Shelf(is_private=True)
    message_templates.save(name="Mine", subject="Hi", body="Hi", by=SYSTEM, author=recruiter, shelf=shelf)

    for who, seen in ((recruiter.pk, 1), (owner.pk, 0), (None, 0)):
        with seen_by(who):
            assert len(message_templates.in_library()) == seen


def test_library_is_narrowed_down(inside: UUID) -> None:
    for name, folder, tags in (("One", "Spring", ["short"]), ("Two", "Spring", []), ("Three", "", ["short"])):
        message_templates.save(name=name, subject="Hi", body="Hi", by=SYSTEM, shelf=Shelf(folder, tags))

    found = [
        [one.template.name for one in message_templates.in_library(**asked)]
        for asked in ({"folder": "Spring"}, {"tag": "short"}, {"words": "thr"})
    ]

    assert found == [["One", "Two"], ["Three", "One"], ["Three"]]
    assert (message_templates.folders(), message_templates.all_tags()) == ([("Spring", 2)], ["short"])


def test_replies_are_counted_once_a_mail(inside: UUID) -> None:
    template = message_templates.save(name="One", subject="Hi", body="Hi", by=SYSTEM)
    rows = [a_single(a_person(f"P {n}", f"p{n}@example.com")) for n in range(4)]
    OutboundMessage.objects.update(template=template, state=MessageState.ACCEPTED, handed_over_at=NOON)
    for _ in range(2):
        MessageEvent.objects.create(message=rows[0], kind=MessageEventKind.REPLIED, occurred_at=NOON)

    [entry] = message_templates.entries([template])

    assert (entry.sent, entry.replied, entry.rate.value) == (4, 1, 0.25)


def test_pages_write_snippets_and_try_templates(recruiter: Member, tenant: Tenant) -> None:
    client = logged_in(recruiter)
    with open_tenant(tenant):
        a_person()
    client.post("/o/acme/snippets/new/", {"name": "bye", "body": "Yours, Ines"})
    words = {"name": "Hello", "subject": "Hi", "body": "Hi.\n\n[[bye]]", "folder": "Spring", "tag_words": "a, b"}
    client.post("/o/acme/templates/new/", words)
    with open_tenant(tenant):
        template = MessageTemplate.objects.get()

    page = client.get(f"/o/acme/templates/{template.pk}/edit/").content.decode()
    client.post(f"/o/acme/templates/{template.pk}/trial/")

    with open_tenant(tenant):
        assert b"Yours, Ines" in bytes(SandboxMessage.objects.get().raw)
    assert (template.tags, "[[bye]]" in page, "Yours, Ines" in page) == (["a", "b"], True, True)


def test_api_keeps_snippets_and_says_what_a_template_brought(recruiter_client: Client, tenant: Tenant) -> None:
    root = "/o/acme/api/v1/"
    made = recruiter_client.post(f"{root}snippets/", {"name": "bye", "body": "Yours"}, content_type="application/json")
    cycle = {"name": "bye", "body": "[[bye]]"}
    wrong = recruiter_client.put(f"{root}snippets/{made.json()['id']}/", cycle, content_type="application/json")
    words = {"name": "One", "subject": "Hi", "body": "[[bye]]", "folder": "Spring"}
    template = recruiter_client.post(f"{root}templates/", words, content_type="application/json").json()

    use = recruiter_client.get(f"{root}templates/{template['id']}/use/").json()

    assert (made.status_code, wrong.status_code, template["folder"], template["problems"]) == (201, 400, "Spring", [])
    assert (use["sent"], use["rate"]["high"]) == (0, 1.0)
