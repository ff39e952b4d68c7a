"""The list of people, the profile, and what is done there."""

import json
from uuid import UUID

import pytest
from django.db import connection
from django.db.models.expressions import RawSQL
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm import events
from crm.actors import SYSTEM
from crm.models import AuditEntry, Member, StoredFile, Tenant
from crm.services import files
from crm.tenancy.context import tenant as open_tenant
from talent.events import CANDIDATE_CHANGED
from talent.models import Candidate, ContactPoint, Employment, Note, Provenance, Tag
from talent.profile import Claim, Place
from talent.services import candidates, contact, documents, facts, labels, listing, search
from tests.conftest import logged_in
from tests.factories.talent import NOW, a_candidate, a_profile

PATH = "/o/acme/candidates/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def zoe(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        return a_candidate()


@pytest.fixture
def mia(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        return a_candidate("Mia Laurent", "mia@example.com", place=Place("Lyon, France"), skills=[Claim("Go")], jobs=[])


def at(person: Candidate, verb: str = "") -> str:
    return f"{PATH}{person.pk}/{verb}"


def names(client: Client, query: str) -> list[str]:
    shown = client.get(f"{PATH}?{query}").context["listing"].rows
    return [row.name.split()[0] for row in shown]


def trigger(response: object) -> dict[str, dict[str, str]]:
    return dict(json.loads(response.headers["HX-Trigger"]))  # type: ignore[attr-defined]


@pytest.mark.usefixtures("zoe", "mia")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Mia", "Zoë"]),
        ("q=python", ["Zoë"]),
        ("skill=Go&skill=python", ["Mia", "Zoë"]),
        ("all_skills=Go&all_skills=python", []),
        ("country=FR", ["Mia"]),
        ("country=FR&q=python", []),
        ("quiet=30", ["Mia", "Zoë"]),
        ("added=1", ["Mia", "Zoë"]),
        ("sort=name", ["Mia", "Zoë"]),
        ("sort=-name", ["Zoë", "Mia"]),
        ("sort=replied", ["Mia", "Zoë"]),
        ("sort=nonsense", ["Mia", "Zoë"]),
        ("after=nonsense", ["Mia", "Zoë"]),
        ("tag=nonsense", ["Mia", "Zoë"]),
        ("quiet=x", ["Mia", "Zoë"]),
    ],
)
def test_list_filters_and_sorts(recruiter_client: Client, query: str, found: list[str]) -> None:
    assert names(recruiter_client, query) == found


def test_list_says_what_it_could_not_read(recruiter_client: Client, zoe: Candidate) -> None:
    page = recruiter_client.get(f"{PATH}?tag=nonsense")

    assert page.context["chosen"].problems == ["Tag: “nonsense” is not one of the choices of “Tag”."]


def test_chips_are_in_words_and_can_be_dropped(recruiter_client: Client, zoe: Candidate) -> None:
    chips = recruiter_client.get(f"{PATH}?country=SE&skill=Python&q=x").context["chosen"].chips

    assert [(c.field, c.operator, c.value, c.without) for c in chips] == [
        ("Skill", "is any of", "Python", "country=SE&q=x"),
        ("Country", "is any of", "Sweden", "skill=Python&q=x"),
    ]


def test_list_pages_show_everybody_once(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        Candidate.objects.bulk_create([Candidate(name=f"Person {n:03}", search_text="person") for n in range(120)])
    seen: list[str] = []
    for sort in ("name", "-name", "replied", "-contacted"):
        url = f"{PATH}?sort={sort}"
        while url:
            shown = recruiter_client.get(url).context
            seen += [row.name for row in shown["listing"].rows]
            url = PATH + shown["next_url"] if shown["next_url"] else ""

    assert sorted(seen) == sorted([f"Person {n:03}" for n in range(120)] * 4)


def test_list_answers_htmx_with_rows_only(recruiter_client: Client, zoe: Candidate) -> None:
    page = recruiter_client.get(f"{PATH}?q=zo&sort=", headers=HTMX)

    assert (b"<html" in page.content, page.headers["HX-Replace-Url"]) == (False, f"{PATH}?q=zo")


def test_nearly_right_names_are_offered(recruiter_client: Client, zoe: Candidate) -> None:
    listing = recruiter_client.get(f"{PATH}?q=angstrm").context["listing"]

    assert (listing.nearly, [row.name for row in listing.rows]) == (True, ["Zoë Ångström"])


@pytest.mark.parametrize("people", [1, 3])
def test_list_costs_the_same_for_any_number(recruiter_client: Client, tenant: Tenant, people: int) -> None:
    with open_tenant(tenant):
        for n in range(people):
            labels.tag(candidates=[a_candidate(f"P {n}", f"p{n}@example.com")], name=f"t{n}", by=SYSTEM, now=NOW)
    recruiter_client.get(PATH)

    with CaptureQueriesContext(connection) as queries:
        recruiter_client.get(PATH)

    assert len(queries) == LIST_QUERIES


LIST_QUERIES = 13  # log-in and door 7, shell 1; count, page, skills and tags, sources, owners


def test_filter_dialog_keeps_what_is_chosen(recruiter_client: Client, zoe: Candidate) -> None:
    page = recruiter_client.get(f"{PATH}filter/?skill=Python&q=abc")

    assert (page.context["choosers"][0]["chosen"], page.context["kept"]) == (
        [{"value": "Python", "label": "Python"}],
        [("q", "abc")],
    )


def test_pick_finds_people(recruiter_client: Client, zoe: Candidate, mia: Candidate) -> None:
    found = recruiter_client.get(f"{PATH}pick/?q=zo").json()

    assert found == [{"value": str(zoe.pk), "label": "Zoë Ångström", "detail": "Data engineer · Nordlicht"}]


def test_new_candidate_is_saved_whole(recruiter_client: Client, tenant: Tenant, recruiter: Member) -> None:
    sent = {"name": "Ada Sørensen", "email": "ada@example.com", "place": "Lyon, France", "title": "Lead"}
    answer = recruiter_client.post(f"{PATH}new/", {**sent, "skills": ["Rust", "Go"], "note": "Met in Lyon"})

    with open_tenant(tenant):
        person = Candidate.objects.get()
        facts = (person.name, person.country, person.current_title, person.skill_keys, person.owner_id)
        assert facts == ("Ada Sørensen", "FR", "Lead", ["go", "rust"], recruiter.pk)
        assert (Note.objects.get().text, answer.headers["Location"]) == ("Met in Lyon", at(person))


def test_new_candidate_who_is_known_is_opened(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    sent = {"name": "Zoe A", "email": "ZOE@example.com"}
    answer = recruiter_client.post(f"{PATH}new/", sent, follow=True)

    assert answer.redirect_chain == [(at(zoe), 302)]
    assert [str(m) for m in answer.context["messages"]] == [
        "Zoë Ångström is here already, with that address or link. Nothing had to be added."
    ]


def test_new_candidate_with_a_mistake_keeps_what_was_typed(recruiter_client: Client, tenant: Tenant) -> None:
    page = recruiter_client.post(f"{PATH}new/", {"name": "Ada", "email": "no address", "skills": ["Rust"]})

    assert (page.status_code, page.context["skills"]) == (422, [{"value": "Rust", "label": "Rust"}])
    assert page.context["form"].errors == {"email": ["“no address” is not an e-mail address."]}


def test_edit_changes_columns_skills_and_tags(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    sent = {"name": "Zoë Å", "location": "Lyon, France", "state": "in_talks", "skills": ["Rust"], "tags": ["speaker"]}
    recruiter_client.post(at(zoe, "edit/"), sent)

    with open_tenant(tenant):
        person = Candidate.objects.get()
        assert (person.name, person.country, person.state, person.skill_keys) == ("Zoë Å", "FR", "in_talks", ["rust"])
        assert person.tag_ids == [Tag.objects.get(name="speaker").pk]


def test_contact_points_are_added_and_removed(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    recruiter_client.post(at(zoe, "contact-points/add/"), {"kind": "email", "value": "work@example.com"})
    with open_tenant(tenant):
        first = ContactPoint.objects.get(value="zoe@example.com")
    recruiter_client.post(f"/o/acme/contact-points/{first.pk}/remove/")

    with open_tenant(tenant):
        left = ContactPoint.objects.emails().values_list("value", "is_primary")
        assert list(left) == [("work@example.com", True)]


def test_address_of_somebody_else_is_refused(recruiter_client: Client, zoe: Candidate, mia: Candidate) -> None:
    page = recruiter_client.post(at(mia, "contact-points/add/"), {"kind": "email", "value": "zoe@example.com"})

    assert (page.status_code, page.context["point_form"].errors) == (
        422,
        {"value": ["zoe@example.com already belongs to Zoë Ångström."]},
    )


def test_current_job_is_what_a_person_does(recruiter_client: Client, tenant: Tenant, mia: Candidate) -> None:
    recruiter_client.post(at(mia, "employments/add/"), {"title": "Site lead", "company": "Quai", "is_current": "on"})

    with open_tenant(tenant):
        mia.refresh_from_db()
        assert (mia.current_title, mia.current_company, str(Employment.objects.get(candidate=mia))) == (
            "Site lead",
            "Quai",
            "Site lead · Quai",
        )


@pytest.mark.parametrize(
    "sent", [{}, {"title": "X", "start": "last year"}, {"title": "X", "start": "2021-04", "end": "2020"}]
)
def test_job_with_a_mistake_is_refused(recruiter_client: Client, tenant: Tenant, mia: Candidate, sent: dict) -> None:
    page = recruiter_client.post(at(mia, "employments/add/"), sent)

    with open_tenant(tenant):
        assert (page.status_code, Employment.objects.filter(candidate=mia).count()) == (422, 0)


def test_profile_shows_where_values_come_from(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        file = files.store(content=b"x", name="cv.pdf", content_type="application/pdf")
        person = a_candidate(skills=[])
        document = documents.add(candidate=person, file=file, text="Wrote Rust", by=SYSTEM, now=NOW)
        origin = candidates.Origin("cv.pdf", "resume", document=document)
        profile = a_profile(skills=[Claim("Rust", "Wrote a parser in Rust", 0.8)])
        candidates.save(profile=profile, origin=origin, by=SYSTEM, now=NOW)

    page = recruiter_client.get(at(person))

    told = page.context["dossier"].skills[0]
    assert [(o.snippet, o.confidence, o.document.file.name) for o in told.origins] == [
        ("Wrote a parser in Rust", 0.8, "cv.pdf")
    ]
    assert "<q>Wrote a parser in Rust</q>" in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_profile_costs_the_same_for_any_history(recruiter_client: Client, tenant: Tenant, rows: int) -> None:
    with open_tenant(tenant):
        person = a_candidate(skills=[Claim(f"s{n}") for n in range(rows)])
        for n in range(rows):
            labels.tag(candidates=[person], name=f"t{n}", by=SYSTEM, now=NOW)
            Note.objects.create(candidate=person, text="x")
    recruiter_client.get(at(person))

    with CaptureQueriesContext(connection) as queries:
        recruiter_client.get(at(person))

    assert len(queries) == PROFILE_QUERIES


def test_profile_costs_the_same_after_years_of_events(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        person = a_candidate()
        kinds = (CANDIDATE_CHANGED, "message_clicked", "portal_visited", "message_opened")
        log = [events.build(kinds[n % 4], candidate=person.pk, occurred_at=NOW, actor=SYSTEM) for n in range(5000)]
        events.publish_many(log)
        for n in range(20):
            facts.add(candidate=person, text=f"fact {n}", by=SYSTEM, now=NOW)
    recruiter_client.get(at(person))

    with CaptureQueriesContext(connection) as queries:
        recruiter_client.get(at(person))

    assert len(queries) == PROFILE_QUERIES


PROFILE_QUERIES = 11  # log-in and door 7; the person; all that describes them and the shell; timeline, warmth


@pytest.mark.parametrize("part", ["", "fresh/", "peek/", "edit/"])
def test_profile_pages_show_the_person(recruiter_client: Client, zoe: Candidate, part: str) -> None:
    page = recruiter_client.get(at(zoe, part))

    assert (page.status_code, "Zoë Ångström" in page.content.decode()) == (200, True)


def test_note_is_kept_and_can_be_found(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    answer = recruiter_client.post(at(zoe, "notes/add/"), {"text": "Loves windmills"}, headers=HTMX)

    assert (answer.status_code, names(recruiter_client, "q=windmills")) == (200, ["Zoë"])


def test_empty_note_is_refused(recruiter_client: Client, zoe: Candidate) -> None:
    assert recruiter_client.post(at(zoe, "notes/add/"), {"text": "  "}, headers=HTMX).status_code == 422


def test_note_of_a_colleague_cannot_be_deleted(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    with open_tenant(tenant):
        note = Note.objects.create(candidate=zoe, text="x")

    assert recruiter_client.post(f"/o/acme/notes/{note.pk}/delete/").status_code == 403


def test_ban_is_set_shown_and_lifted(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    recruiter_client.post(at(zoe, "ban/"), {"reason": "asked_to_stop", "reach": "all", "evidence": "On the phone"})
    shown = recruiter_client.get(at(zoe)).context["dossier"].bans
    recruiter_client.post(f"/o/acme/bans/{shown[0].pk}/lift/")

    assert [(b.reason, b.evidence) for b in shown] == [("asked_to_stop", "On the phone")]
    assert recruiter_client.get(at(zoe)).context["dossier"].bans == []


def test_delete_needs_the_right(recruiter_client: Client, zoe: Candidate) -> None:
    assert recruiter_client.post(at(zoe, "delete/")).status_code == 403


def test_delete_takes_files_along(owner_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    with open_tenant(tenant):
        file = files.store(content=b"x", name="cv.pdf", content_type="application/pdf")
        documents.add(candidate=zoe, file=file, text="", by=SYSTEM, now=NOW)
    owner_client.post(at(zoe, "delete/"))

    with open_tenant(tenant):
        rows = (Candidate.objects.count(), StoredFile.objects.count(), Provenance.objects.count())
        last = AuditEntry.objects.filter(action="candidate.delete").values_list("object_id", flat=True)
        assert (rows, list(last)) == ((0, 0, 0), [zoe.pk])


def test_file_is_downloaded_and_audited(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    with open_tenant(tenant):
        paper = files.store(content=b"words", name="cv.pdf", content_type="application/pdf")
        stray = files.store(content=b"other", name="people.csv", content_type="text/csv")
        documents.add(candidate=zoe, file=paper, text="", by=SYSTEM, now=NOW)

    answer = recruiter_client.get(f"/o/acme/files/{paper.pk}/")

    assert (b"".join(answer.streaming_content), answer.headers["Content-Disposition"]) == (
        b"words",
        'attachment; filename="cv.pdf"',
    )
    assert recruiter_client.get(f"/o/acme/files/{stray.pk}/").status_code == 404
    with open_tenant(tenant):
        assert list(AuditEntry.objects.filter(action="file.read").values_list("object_id", flat=True)) == [paper.pk]


def bulk(client: Client, act: str, people: list[Candidate], **fields: object) -> dict[str, dict[str, str]]:
    sent = {"ids": ",".join(str(p.pk) for p in people), **fields}
    return trigger(client.post(f"{PATH}bulk/{act}/", sent, headers=HTMX))


def test_bulk_tag_and_its_undo(recruiter_client: Client, tenant: Tenant, zoe: Candidate, mia: Candidate) -> None:
    with open_tenant(tenant):
        labels.tag(candidates=[zoe], name="speaker", by=SYSTEM, now=NOW)

    toast = bulk(recruiter_client, "tag", [zoe, mia], tag="speaker")["crm:toast"]
    undone = trigger(recruiter_client.post(toast["undo"], headers=HTMX))["crm:toast"]

    assert (toast["text"], undone["text"]) == (
        "Tag “speaker”: 1 person changed (1 so already)",
        "Taken back for 1 person",
    )
    assert names(recruiter_client, f"tag={tag_key(tenant)}") == ["Zoë"]
    again = trigger(recruiter_client.post(toast["undo"], headers=HTMX))["crm:toast"]
    assert again == {"text": "This can no longer be undone.", "tone": "error"}


def tag_key(tenant: Tenant) -> UUID:
    with open_tenant(tenant):
        return Tag.objects.get().pk


def test_bulk_owner_and_its_undo(
    recruiter_client: Client, tenant: Tenant, recruiter: Member, owner: Member, zoe: Candidate, mia: Candidate
) -> None:
    with open_tenant(tenant):
        candidates.assign(candidates=[zoe], owner=owner, by=SYSTEM, now=NOW)

    toast = bulk(recruiter_client, "owner", [zoe, mia], owner=recruiter.pk)["crm:toast"]
    mine = names(recruiter_client, f"owner={recruiter.pk}")
    recruiter_client.post(toast["undo"], headers=HTMX)

    assert (mine, names(recruiter_client, f"owner={recruiter.pk}")) == (["Mia", "Zoë"], [])
    assert names(recruiter_client, f"owner={owner.pk}") == ["Zoë"]


def test_bulk_for_all_that_match_obeys_the_filter(
    recruiter_client: Client, tenant: Tenant, zoe: Candidate, mia: Candidate
) -> None:
    toast = bulk(recruiter_client, "tag", [], tag="lyon", all_matching="1", query="country=FR")["crm:toast"]

    assert toast["text"] == "Tag “lyon”: 1 person changed"


@pytest.mark.parametrize("ids", ["nonsense", "0190a5e0-0000-7000-8000-000000000000", ""])
def test_bulk_of_nobody_changes_nothing(recruiter_client: Client, zoe: Candidate, ids: str) -> None:
    answer = recruiter_client.post(f"{PATH}bulk/tag/", {"ids": ids, "tag": "x"}, headers=HTMX)

    assert trigger(answer)["crm:toast"] == {"text": "Tag “x”: 0 people changed"}


def test_viewer_may_look_but_not_change(viewer: Member, zoe: Candidate) -> None:
    client = logged_in(viewer)

    seen = [client.get(PATH).status_code, client.get(at(zoe)).status_code]
    refused = [client.get(at(zoe, "edit/")).status_code, client.post(at(zoe, "notes/add/")).status_code]
    assert (seen, refused) == ([200, 200], [403, 403])


def test_outsider_sees_nobody(outsider: Member, zoe: Candidate) -> None:
    client = logged_in(outsider)

    statuses = [client.get(url).status_code for url in (PATH, at(zoe), f"/o/other/candidates/{zoe.pk}/")]
    assert (statuses, names_of_other(client)) == ([404, 404, 404], [])


def names_of_other(client: Client) -> list[str]:
    return [row.name for row in client.get("/o/other/candidates/?q=zoe").context["listing"].rows]


def test_live_tells_of_changes_to_one_person(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    token = recruiter_client.get(at(zoe)).context["candidate_token"]
    with open_tenant(tenant):
        contact.ban(candidate=zoe, reason="manual", evidence="", by=SYSTEM, now=NOW)

    news = recruiter_client.get(f"/o/acme/live/?candidate={zoe.pk}&since={token}").json()

    assert (news["topics"], news["token"] == token) == (["candidate"], False)


def test_palette_finds_people(recruiter_client: Client, zoe: Candidate) -> None:
    groups = recruiter_client.get("/o/acme/palette/?q=angs").json()["groups"]

    found = [(g["label"], [i["title"] for i in g["items"]]) for g in groups]
    assert found == [("People", ["Zoë Ångström", "All results for “angs”"])]


def test_list_says_where_the_words_could_not_be_read(recruiter_client: Client, zoe: Candidate) -> None:
    page = recruiter_client.get(f"{PATH}", {"q": "(python"})

    assert [row.name for row in page.context["listing"].rows] == ["Zoë Ångström"]
    assert "At character 1, this bracket is never closed." in page.content.decode()


def test_list_gives_up_a_search_that_takes_too_long(
    recruiter_client: Client, zoe: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    asleep = RawSQL("(SELECT 1.0 FROM pg_sleep(2))", [])
    monkeypatch.setattr(listing, "matching", lambda *_: search.find("").annotate(score=asleep).filter(score=1))
    monkeypatch.setattr(search, "SECONDS", 0.05)

    page = recruiter_client.get(f"{PATH}", {"q": "python"})

    assert (page.status_code, page.context["listing"].problems) == (200, (search.TOO_SLOW,))
