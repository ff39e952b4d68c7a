"""The form before a file: who came, what they agreed to, and what a stranger learns."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from crm.models import Event, Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from portal.models import AssetRequest, ContentItem
from portal.services import content, waiting
from portal.services.content import Words
from portal.tasks import take_in_request
from talent.models import Candidate, ConsentRecord, ConsentWording
from talent.services import consents
from talent.services.consents import Said
from tests.factories.talent import a_candidate
from tests.ground import shared

PAGE = "/p/acme/c/cloud-paper/"
WORDS = "May we send you our news?"
ZOE = {"name": "Zoë Å", "email": "ZOE@example.com"}


@pytest.fixture(autouse=True)
def paper(tenant: Tenant, recruiter: Member) -> ContentItem:
    cache.clear()
    with open_tenant(tenant):
        return publish(recruiter, "Cloud paper", is_gated=True)


def publish(by: Member, title: str, is_gated: bool) -> ContentItem:
    upload = SimpleUploadedFile("Q3 final (Bob).PDF", b"%PDF-1.4 paper", "application/pdf")
    words = Words(title, is_gated=is_gated, topics=["AWS"])
    item = content.create(kind="asset", words=words, by=by.actor, upload=upload)
    return content.publish(item=item, by=by.actor, now=timezone.now())


@shared
def wording(tenant: Tenant, owner: Member) -> ConsentWording:
    with open_tenant(tenant):
        return consents.word(purpose="news", language="en", text=WORDS, by=owner.actor)


@shared
def zoe(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        return a_candidate()


def send(tenant: Tenant, **sent: str) -> Any:
    """Fill the form in, and do what the worker does."""
    answer = Client().post(PAGE, ZOE | sent)
    with open_tenant(tenant):
        waits = list(AssetRequest.objects.values_list("pk", flat=True))
    for pk in waits:
        take_in_request.run(str(tenant.pk), str(pk))
        take_in_request.run(str(tenant.pk), str(pk))
    return answer


def file_of(answer: Any) -> str:
    page = Client().get(answer["Location"]).content.decode()
    return re.search(rf'href="({PAGE}file/[^"]+)"', page)[1]


def test_stranger_becomes_a_candidate_and_gets_the_file(tenant: Tenant, paper: ContentItem) -> None:
    answer = send(tenant)
    got = Client().get(file_of(answer))

    assert b"".join(got) == b"%PDF-1.4 paper"
    assert got["Content-Disposition"] == 'attachment; filename="cloud-paper.pdf"'
    with open_tenant(tenant):
        person = Candidate.objects.select_related("source").get()
        event = Event.objects.get(kind="asset_downloaded")
        paper.refresh_from_db()
        assert (person.name, person.source.kind, person.source.name) == ("Zoë Å", "portal", "Downloads")
        assert (event.candidate_id, event.data) == (person.pk, {"content": str(paper.pk), "title": "Cloud paper"})
        assert (paper.download_count, AssetRequest.objects.count(), ConsentRecord.objects.count()) == (1, 0, 0)


def test_known_person_is_recognised_and_not_rewritten(tenant: Tenant, zoe: Candidate) -> None:
    send(tenant)

    with open_tenant(tenant):
        person = Candidate.objects.get()
        assert (person.pk, person.name) == (zoe.pk, "Zoë Ångström")
        assert Event.objects.get(kind="asset_downloaded").candidate_id == zoe.pk


def test_consent_is_kept_in_the_words_that_were_shown(tenant: Tenant, wording: ConsentWording) -> None:
    page = Client().get(PAGE).content.decode()
    send(tenant, agrees="on", wording=str(wording.pk))

    box = re.search(r'<input[^>]*name="agrees"[^>]*>', page)[0]
    assert (WORDS in page, "checked" in box) == (True, False)
    with open_tenant(tenant):
        record = ConsentRecord.objects.get()
        assert (record.purpose, record.state, record.origin) == ("news", "given", "form")
        assert (record.wording_id, record.channel) == (wording.pk, "email")
        assert record.evidence == "Ticked. Form for “Cloud paper”."


def test_words_that_changed_meanwhile_are_shown_again(tenant: Tenant, owner: Member, wording: ConsentWording) -> None:
    with open_tenant(tenant):
        newer = consents.word(purpose="news", language="en", text="May we write once a year?", by=owner.actor)

    page = send(tenant, agrees="on", wording=str(wording.pk))

    text = page.content.decode()
    assert (page.status_code, "Please read them once more." in text) == (422, True)
    assert (f'value="{newer.pk}"' in text, "May we write once a year?" in text, " checked" in text) == (
        True,
        True,
        False,
    )
    with open_tenant(tenant):
        assert ConsentRecord.objects.count() == 0


def test_no_stands_against_a_form(tenant: Tenant, zoe: Candidate, owner: Member, wording: ConsentWording) -> None:
    with open_tenant(tenant):
        said = Said("news", "withdrawn", "spoken")
        consents.record(candidate=zoe, said=said, by=owner.actor, now=timezone.now())

    send(tenant, agrees="on", wording=str(wording.pk))

    with open_tenant(tenant):
        assert ConsentRecord.objects.get().state == "withdrawn"


def test_machine_that_fills_everything_in_changes_nothing(tenant: Tenant) -> None:
    answer = send(tenant, homepage="https://spam.example.com")

    assert answer.status_code == 302
    with open_tenant(tenant):
        assert (Candidate.objects.count(), Event.objects.filter(kind="asset_downloaded").count()) == (0, 0)


def test_known_and_unknown_get_equal_answers_and_equal_work(tenant: Tenant, zoe: Candidate) -> None:
    def answer(email: str) -> tuple[int, str, list[str]]:
        with Questions() as asked:
            page = Client().post(PAGE, {"name": "Somebody", "email": email})
        thanks = Client().get(page["Location"]).content.decode()
        return page.status_code, re.sub(r'(file/|csrf-token" content=")[^/"]+', "", thanks), asked.shapes

    assert answer("zoe@example.com") == answer("nobody@example.com")


class Questions:
    """The shapes of the statements that are run inside."""

    def __enter__(self) -> Questions:
        self.shapes: list[str] = []
        self.wrapper = connection.execute_wrapper(self.note)
        self.wrapper.__enter__()
        return self

    def note(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.shapes.append(re.sub(r"s\d+_x\d+", "", str(sql)))
        return execute(sql, params, many, context)

    def __exit__(self, *error: object) -> None:
        self.wrapper.__exit__(*error)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Win https://spam.example.com"}, "Please write your name here, nothing else."),
        ({"email": "zoe"}, "Enter a valid email address."),
        ({"email": ""}, "This field is required."),
    ],
)
def test_mistakes_are_said_and_nothing_is_kept(tenant: Tenant, sent: dict[str, str], sentence: str) -> None:
    page = send(tenant, **sent)

    assert (page.status_code, sentence in page.content.decode()) == (422, True)
    with open_tenant(tenant):
        assert Candidate.objects.count() == 0


def test_one_network_may_not_ask_for_ever(tenant: Tenant) -> None:
    answers = [Client().post(PAGE, ZOE | {"name": ""}).status_code for _ in range(20)]

    last = Client().post(PAGE, ZOE)

    assert answers == [422] * 20
    assert (last.status_code, "Please wait ten minutes" in last.content.decode()) == (422, True)


def test_link_runs_out_and_cannot_be_made_up(tenant: Tenant, paper: ContentItem, monkeypatch: Any) -> None:
    link = file_of(send(tenant))
    monkeypatch.setattr(signing.time, "time", lambda: timezone.now().timestamp() + 3601)

    assert Client().get(link).status_code == 410
    assert Client().get(f"{PAGE}file/{'guess' * 8}/").status_code == 404


def test_link_to_one_file_opens_no_other(tenant: Tenant, recruiter: Member) -> None:
    with open_tenant(tenant):
        publish(recruiter, "Other paper", is_gated=True)
    link = file_of(send(tenant))

    assert Client().get(link.replace("cloud-paper", "other-paper")).status_code == 404


def test_what_is_withdrawn_is_gone_with_its_links(tenant: Tenant, recruiter: Member, paper: ContentItem) -> None:
    link = file_of(send(tenant))
    with open_tenant(tenant):
        content.withdraw(item=paper, by=recruiter.actor)

    assert [Client().get(url).status_code for url in (PAGE, link)] == [404, 404]
    assert Client().post(PAGE, ZOE).status_code == 404


def test_file_without_a_form_is_counted_when_it_is_fetched(tenant: Tenant, recruiter: Member) -> None:
    with open_tenant(tenant):
        item = publish(recruiter, "Open paper", is_gated=False)
    page = Client().get("/p/acme/c/open-paper/").content.decode()
    link = re.search(r'href="(/p/acme/c/open-paper/file/[^"]+)"', page)[1]

    Client().head(link)
    Client().get(link)

    with open_tenant(tenant):
        assert ContentItem.objects.get(pk=item.pk).download_count == 1


def test_sweep_finds_a_form_whose_wake_up_was_lost(tenant: Tenant, paper: ContentItem) -> None:
    with open_tenant(tenant):
        lost, _, given_up = (AssetRequest.objects.create(item=paper, **ZOE) for _ in range(3))
        for row, ago in ((lost, timedelta(minutes=1)), (given_up, timedelta(days=8))):
            AssetRequest.objects.filter(pk=row.pk).update(created_at=timezone.now() - ago)

    assert waiting.downloads() == [(tenant.pk, lost.pk)]
