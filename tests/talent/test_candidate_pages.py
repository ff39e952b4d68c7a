"""One person: the profile, and what is done there."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm import events
from crm.actors import SYSTEM
from crm.models import AuditEntry, Member, StoredFile, Tenant
from crm.services import files
from crm.tenancy.context import tenant as open_tenant
from talent.events import CANDIDATE_CHANGED
from talent.models import Candidate, ConsentRecord, ContactPoint, Employment, Note, Provenance, Tag
from talent.profile import Claim
from talent.services import candidates, contact, documents, facts, labels
from tests.conftest import logged_in
from tests.factories.talent import NOW, a_candidate, a_profile
from tests.talent.pages import HTMX, PATH, at, names


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


PROFILE_QUERIES = 8  # log-in and door 6; the person; all that describes them, the shell, timeline and warmth


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
    recruiter_client.post(at(zoe, "ban/"), {"reason": "manual", "reach": "all", "evidence": "A conflict of interest"})
    shown = recruiter_client.get(at(zoe)).context["dossier"].bans
    recruiter_client.post(f"/o/acme/bans/{shown[0].pk}/lift/")

    assert [(b.reason, b.evidence) for b in shown] == [("manual", "A conflict of interest")]
    assert recruiter_client.get(at(zoe)).context["dossier"].bans == []


def test_what_they_asked_for_is_not_lifted_by_one_click(
    recruiter_client: Client, tenant: Tenant, zoe: Candidate
) -> None:
    recruiter_client.post(at(zoe, "ban/"), {"reason": "asked_to_stop", "reach": "all", "evidence": "On the phone"})
    ban = recruiter_client.get(at(zoe)).context["dossier"].bans[0]
    lift = f"/o/acme/bans/{ban.pk}/lift/"

    asked, empty = recruiter_client.post(lift), recruiter_client.post(lift, {"evidence": " "})

    assert "Lift it only if they have changed their mind" in asked.content.decode()
    assert (asked.status_code, empty.status_code) == (200, 422)
    assert len(recruiter_client.get(at(zoe)).context["dossier"].bans) == 1
    recruiter_client.post(lift, {"evidence": "Called us on Monday"})
    with open_tenant(tenant):
        words = ConsentRecord.objects.filter(candidate=zoe, state="given").values_list("evidence", flat=True)
        assert set(words) == {"Called us on Monday"}
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
