"""The content library: what is written, what is published, and who is told."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pdfminer.high_level import extract_text

from crm.models import AuditEntry, Event, Member, StoredFile, Tenant
from crm.services import api_keys
from crm.tenancy.context import tenant as open_tenant
from portal.demo import PAPER, pdf
from portal.models import ContentItem
from portal.services import content
from portal.services.content import NotContent, NotReady, Words
from talent.services import skills
from tests.conftest import logged_in
from tests.factories.talent import NOW

POST = Words("Least privilege on AWS", body="Nine thousand permissions went.", topics=("AWS", "security"))


def a_paper(name: str = "final v7.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4 paper", "application/pdf")


@pytest.mark.usefixtures("inside")
def test_draft_is_told_to_nobody(recruiter: Member) -> None:
    item = content.create(kind="post", words=POST, by=recruiter.actor, author=recruiter)

    assert (item.slug, item.topics, item.published_at) == ("least-privilege-on-aws", ["aws", "security"], None)
    assert content.at_address(item.slug) is None
    assert not Event.objects.filter(kind="content_published").exists()
    assert AuditEntry.objects.get(action="content.create").object_id == item.pk


@pytest.mark.usefixtures("inside")
def test_publishing_is_told_once(recruiter: Member, settings: Any) -> None:
    item = content.create(kind="post", words=POST, by=recruiter.actor)

    for _ in range(2):
        content.publish(item=item, by=recruiter.actor, now=NOW)
        content.withdraw(item=item, by=recruiter.actor)
    content.publish(item=item, by=recruiter.actor, now=NOW)

    event = Event.objects.get(kind="content_published")
    assert (event.candidate_id, event.data) == (
        None,
        {
            "content": str(item.pk),
            "kind": "post",
            "title": "Least privilege on AWS",
            "link": f"{settings.BASE_URL}/p/acme/c/least-privilege-on-aws/",
            "topics": ["aws", "security"],
        },
    )


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("kind", "words", "field"),
    [
        ("post", Words("Empty"), "body"),
        ("event", Words("Evening", body="Come."), "event_on"),
        ("asset", Words("Paper"), "file"),
        ("asset", Words("Paper", link="https://example.com/paper", is_gated=True), "file"),
    ],
)
def test_what_is_incomplete_is_not_published(recruiter: Member, kind: str, words: Words, field: str) -> None:
    item = content.create(kind=kind, words=words, by=recruiter.actor)

    with pytest.raises(NotReady) as refused:
        content.publish(item=item, by=recruiter.actor, now=NOW)

    assert list(refused.value.problems) == [field]


@pytest.mark.parametrize(
    ("kind", "words", "has_upload", "field"),
    [
        ("post", Words(" "), False, "title"),
        ("post", Words("A", link="http://example.com"), False, "link"),
        ("post", Words("A", link="javascript:alert(1)"), False, "link"),
        ("news", Words("A", event_on=date(2026, 5, 1)), False, "event_on"),
        ("news", Words("A", is_gated=True), False, "is_gated"),
        ("event", Words("A"), True, "file"),
        ("post", Words("A", topics=["x"] * 21), False, "topics"),
    ],
)
def test_what_does_not_go_together_is_refused(kind: str, words: Words, has_upload: bool, field: str) -> None:
    assert list(content.problems_of(kind, words, has_upload=has_upload)) == [field]


@pytest.mark.usefixtures("inside")
def test_same_title_gets_the_next_address_and_keeps_it(recruiter: Member) -> None:
    content.create(kind="post", words=Words("Über uns"), by=recruiter.actor)
    second = content.create(kind="post", words=Words("Uber uns"), by=recruiter.actor)
    nameless = content.create(kind="news", words=Words("新聞"), by=recruiter.actor)

    content.change(item=second, words=Words("About us"), by=recruiter.actor)

    second.refresh_from_db()
    assert (second.title, second.slug, nameless.slug) == ("About us", "uber-uns-2", "news")


@pytest.mark.usefixtures("inside")
def test_topics_are_known_by_another_name_too(recruiter: Member) -> None:
    aws = skills.create(name="Amazon Web Services", kind="technical", by=recruiter.actor)
    skills.add_alias(skill=aws, name="AWS", by=recruiter.actor)

    item = content.create(kind="post", words=Words("A", topics=["aws", "AWS", "Kafka"]), by=recruiter.actor)

    assert item.topics == ["amazon web services", "kafka"]
    assert content.names_of(item) == ["Amazon Web Services", "Kafka"]


@pytest.mark.usefixtures("inside")
def test_recent_is_published_fits_and_newest_first(recruiter: Member) -> None:
    old, new, news, draft = (
        content.create(kind=kind, words=Words(title, body="Text", topics=[topic]), by=recruiter.actor)
        for kind, title, topic in (
            ("post", "Old", "AWS"),
            ("post", "New", "AWS"),
            ("news", "N", "Go"),
            ("post", "D", "AWS"),
        )
    )
    for days, item in ((9, old), (1, new), (2, news)):
        content.publish(item=item, by=recruiter.actor, now=NOW - timedelta(days=days))

    assert content.recent() == [new, news, old]
    assert content.recent(kind="post", topics=["aws", "security"], limit=1) == [new]
    assert draft not in content.recent(topics=["aws"])


@pytest.mark.usefixtures("inside")
def test_new_file_takes_the_old_ones_place(recruiter: Member, django_capture_on_commit_callbacks: Any) -> None:
    item = content.create(kind="asset", words=Words("Paper"), by=recruiter.actor, upload=a_paper())
    old = StoredFile.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        content.change(item=item, words=Words("Paper"), by=recruiter.actor, upload=a_paper("next.pdf"))

    assert [file.name for file in StoredFile.objects.all()] == ["next.pdf"]
    assert not default_storage.exists(old.key)


@pytest.mark.usefixtures("inside")
def test_file_of_another_type_is_refused_and_nothing_is_kept(recruiter: Member) -> None:
    with pytest.raises(NotContent, match="not a type"):
        content.create(kind="asset", words=Words("Paper"), by=recruiter.actor, upload=a_paper("paper.exe"))

    assert (ContentItem.objects.count(), StoredFile.objects.count()) == (0, 0)


@pytest.mark.usefixtures("inside")
def test_published_content_stays_complete(recruiter: Member) -> None:
    item = content.create(kind="post", words=POST, by=recruiter.actor)
    content.publish(item=item, by=recruiter.actor, now=NOW)

    with pytest.raises(NotContent, match="nothing to read"):
        content.change(item=item, words=Words("Least privilege on AWS"), by=recruiter.actor)


# --- pages


def test_member_writes_and_publishes(recruiter_client: Client, tenant: Tenant) -> None:
    empty = recruiter_client.get("/o/acme/content/").content.decode()
    sent = {"title": "Cloud paper", "is_gated": "on", "topics": ["AWS"], "file": a_paper()}
    made = recruiter_client.post("/o/acme/content/new/asset/", sent)
    again = {"title": "Cloud paper", "summary": "Six minutes.", "is_gated": "on", "topics": ["AWS"]}
    published = recruiter_client.post(made["Location"].replace("edit", "publish"), again, follow=True)

    rows = recruiter_client.get("/o/acme/content/").content.decode()
    assert "No content yet" in empty
    assert "Everybody can see it" in published.content.decode()
    assert all(word in rows for word in ("Cloud paper", "Download", "AWS", "with a form"))
    assert b"%PDF" in BytesIO(b"".join(recruiter_client.get(made["Location"].replace("edit", "file")))).read()


def test_mistakes_are_named_at_their_field_and_nothing_is_lost(recruiter_client: Client) -> None:
    sent = {"title": "Paper", "topics": ["AWS"], "file": a_paper("paper.exe")}

    page = recruiter_client.post("/o/acme/content/new/asset/", sent)

    text = page.content.decode()
    assert page.status_code == 422
    assert "“paper.exe” is not a type that can be read here." in text
    assert 'value="AWS" selected' in text


def test_publishing_too_early_says_what_is_missing_and_saves_nothing(
    recruiter_client: Client, tenant: Tenant, recruiter: Member
) -> None:
    with open_tenant(tenant):
        item = content.create(kind="post", words=Words("Empty"), by=recruiter.actor)

    page = recruiter_client.post(f"/o/acme/content/{item.pk}/publish/", {"title": "Other title"})

    text = page.content.decode()
    assert (page.status_code, "There is nothing to read yet." in text, 'value="Other title"' in text) == (
        422,
        True,
        True,
    )
    with open_tenant(tenant):
        item.refresh_from_db()
        assert (item.title, item.published_at) == ("Empty", None)


@pytest.mark.parametrize("url", ["/o/acme/content/", "/o/acme/api/v1/content/"])
def test_longer_list_asks_no_more(recruiter_client: Client, tenant: Tenant, recruiter: Member, url: str) -> None:
    def questions(more: int) -> int:
        with open_tenant(tenant):
            for number in range(more):
                words = Words(f"Item {number}", topics=[f"Skill {number}"])
                content.create(kind="asset", words=words, by=recruiter.actor, upload=a_paper())
        recruiter_client.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert recruiter_client.get(url).status_code == 200
        return len(asked)

    assert questions(1) == questions(2)


def test_viewer_sees_no_library(viewer: Member) -> None:
    assert logged_in(viewer).get("/o/acme/content/").status_code == 403


# --- API


@pytest.fixture
def machine(tenant: Tenant, owner: Member) -> Client:
    with open_tenant(tenant):
        _, secret = api_keys.create(name="Blog", role="recruiter", expires_at=None, by=owner.actor)
    return Client(headers={"authorization": f"Bearer {secret}"})


def test_api_writes_changes_and_publishes(machine: Client) -> None:
    url = "/o/acme/api/v1/content/"
    sent = {"kind": "event", "title": "Drill evening", "body": "Come.", "event_on": "2026-05-07", "topics": ["AWS"]}

    made = machine.post(url, sent, "application/json").json()
    early = machine.put(f"{url}{made['id']}/", {"title": "Drill night"}, "application/json").json()
    refused = machine.post(f"{url}{made['id']}/publish/")
    machine.put(f"{url}{made['id']}/", {key: sent[key] for key in sent if key != "kind"}, "application/json")
    published = machine.post(f"{url}{made['id']}/publish/").json()

    assert (early["title"], early["topics"], early["event_on"]) == ("Drill night", [], None)
    assert (refused.status_code, set(refused.json()["error"]["fields"])) == (400, {"body", "event_on"})
    assert (published["topics"], published["url"][-24:]) == (["AWS"], "/p/acme/c/drill-evening/")
    assert [row["id"] for row in machine.get(f"{url}?kind=event").json()["results"]] == [made["id"]]
    assert machine.post(f"{url}{made['id']}/withdraw/").json()["published_at"] is None


def test_api_takes_a_file(machine: Client) -> None:
    made = machine.post(
        "/o/acme/api/v1/content/", {"kind": "asset", "title": "Paper", "topics": ["AWS", "Go"], "file": a_paper()}
    )

    assert (made.status_code, made.json()["file_name"], made.json()["topics"]) == (201, "final v7.pdf", ["AWS", "Go"])


def test_paper_of_the_demo_is_a_pdf() -> None:
    assert extract_text(BytesIO(pdf(PAPER))).split("\n")[0] == PAPER[0]


def test_draft_is_thrown_away_with_its_file(recruiter_client: Client, tenant: Tenant) -> None:
    sent = {"title": "Cloud paper", "is_gated": "on", "file": a_paper()}
    page = recruiter_client.post("/o/acme/content/new/asset/", sent)["Location"]
    offered = recruiter_client.get(page).content.decode()

    gone = recruiter_client.post(page.replace("edit", "delete"), follow=True).content.decode()

    assert ("Delete draft" in offered, "“Cloud paper” is deleted" in gone) == (True, True)
    with open_tenant(tenant):
        assert (ContentItem.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_what_was_published_once_is_not_thrown_away(
    recruiter_client: Client, machine: Client, tenant: Tenant, recruiter: Member
) -> None:
    with open_tenant(tenant):
        item = content.create(kind="post", words=POST, by=recruiter.actor)
        content.publish(item=item, by=recruiter.actor, now=NOW)
        content.withdraw(item=item, by=recruiter.actor)
        draft = content.create(kind="post", words=POST, by=recruiter.actor)

    page = recruiter_client.post(f"/o/acme/content/{item.pk}/delete/", follow=True).content.decode()
    answers = [machine.delete(f"/o/acme/api/v1/content/{one.pk}/").status_code for one in (item, draft)]

    assert ("Withdraw it instead" in page, "Delete draft" in page, answers) == (True, False, [400, 204])
    with open_tenant(tenant):
        assert ContentItem.objects.get() == item
