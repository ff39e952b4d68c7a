"""Examples of what `talent` owns: people, all that describes them, pools, segments, jobs, tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from crm.services import files, undo
from talent.choices import BanReason, ConsentPurpose, OffLimitsKind, TouchKind
from talent.models import (
    Application,
    ApplicationStage,
    Attendance,
    Candidate,
    CandidateFact,
    CandidateSkill,
    ConsentWording,
    ContactBan,
    ContactException,
    ContactPoint,
    DispositionReason,
    Document,
    Education,
    Employment,
    FieldDefinition,
    Job,
    JobRequirement,
    Note,
    OffLimitsCompany,
    PoolMembership,
    PoolStage,
    PrivateLabel,
    RecruitingEvent,
    RediscoverySearch,
    Segment,
    Skill,
    SkillAlias,
    Tag,
    TalentPool,
    Task,
    Touchpoint,
    WaitlistEntry,
)
from talent.services import bulk, exports, merges, placements, saved_views
from talent.services.check_in import Code
from tests.architecture.world import CANARY, CANDIDATE, World, example
from tests.factories.talent import a_candidate


@example("candidates")
def candidate(world: World) -> Any:
    found = a_candidate(f"{CANARY} Person", f"{CANARY}.person@example.com")
    Candidate.objects.filter(pk=found.pk).update(summary=CANARY, headline=CANARY)
    return found.pk


@example("merge", "other")
@example("not-same", "other")
@example("may-be-same", "other")
def another_record_of_a_candidate(world: World) -> Any:
    return a_candidate(f"{CANARY} Twin", f"{CANARY}.twin@example.com").pk


@example("merges")
def merge_of_two_records(world: World) -> Any:
    pair = [a_candidate(f"{CANARY} {n}", f"{CANARY}.{n}@example.com") for n in ("one", "two")]
    by, now = world.owner.actor, timezone.now()
    return merges.merge(survivor=pair[0], merged=pair[1], by=by, now=now).pk


@example("contact-points")
def contact_point(world: World) -> Any:
    return ContactPoint.objects.filter(candidate_id=world.value(CANDIDATE)).earliest("created_at").pk


@example("employments")
def employment(world: World) -> Any:
    row = Employment.objects.filter(candidate_id=world.value(CANDIDATE)).earliest("created_at")
    Employment.objects.filter(pk=row.pk).update(title=CANARY, company=CANARY)
    return row.pk


@example("educations")
def education(world: World) -> Any:
    return Education.objects.create(candidate_id=world.value(CANDIDATE), institution=CANARY, degree=CANARY).pk


@example("notes")
def note(world: World) -> Any:
    return Note.objects.create(candidate_id=world.value(CANDIDATE), author=world.owner, text=CANARY).pk


@example("touchpoints")
def touchpoint(world: World) -> Any:
    return Touchpoint.objects.create(
        candidate_id=world.value(CANDIDATE),
        member=world.owner,
        kind=TouchKind.CALL,
        occurred_at=timezone.now(),
        note=CANARY,
        recorded_by=CANARY,
    ).pk


@example("cells", "field")
def field_of_a_cell(world: World) -> Any:
    return "current_title"


@example("facts")
def fact(world: World) -> Any:
    return CandidateFact.objects.create(
        candidate_id=world.value(CANDIDATE), text=CANARY, stated_on=timezone.localdate(), origin=CANARY
    ).pk


@example("bans")
def ban(world: World) -> Any:
    return ContactBan.objects.create(
        candidate_id=world.value(CANDIDATE), reason=BanReason.MANUAL, evidence=CANARY, banned_at=timezone.now()
    ).pk


@example("contact-exceptions")
def exception_from_a_ban(world: World) -> Any:
    until, granted_by = timezone.now() + timedelta(days=1), CANARY
    return ContactException.objects.create(
        candidate_id=world.value(CANDIDATE), reason=CANARY, granted_by=granted_by, until=until
    ).pk


@example("consent", "purpose")
@example("consent-purposes", "purpose")
def purpose_of_a_consent(world: World) -> Any:
    ConsentWording.objects.get_or_create(
        purpose=ConsentPurpose.NEWS, version=1, defaults={"text": CANARY, "written_by": CANARY}
    )
    return ConsentPurpose.NEWS.value


@example("off-limits")
def company_off_limits(world: World) -> Any:
    return OffLimitsCompany.objects.create(
        kind=OffLimitsKind.COMPANY, value=CANARY, normal=CANARY, reason=CANARY, added_by=CANARY
    ).pk


@example("files")
def file_of_a_candidate(world: World) -> Any:
    stored = files.store(content=CANARY.encode(), name=f"{CANARY}.pdf", content_type="application/pdf")
    Document.objects.create(candidate_id=world.value(CANDIDATE), file=stored, text=CANARY)
    return stored.pk


@example("pools")
def pool(world: World) -> Any:
    found = TalentPool.objects.create(name=CANARY, purpose=CANARY, owner=world.owner)
    PoolStage.objects.create(pool=found, name=CANARY, position=0)
    return found.pk


@example("pool-stages")
def stage_of_a_pool(world: World) -> Any:
    return PoolStage.objects.get(pool_id=world.value(("pools", "pk"))).pk


@example("application-stages")
def stage_of_a_job(world: World) -> Any:
    world.value(("jobs", "pk"))
    return ApplicationStage.objects.earliest("created_at").pk


@example("process", "kind")
def kind_of_a_step(world: World) -> Any:
    return "stage"


@example("process")
def step_of_a_job(world: World) -> Any:
    return world.value(("application-stages", "pk"))


@example("disposition-reasons")
def disposition_reason(world: World) -> Any:
    return DispositionReason.objects.create(name=CANARY, declined_by="us").pk


@example("shift", "way")
def way_of_a_stage(world: World) -> Any:
    return "later"


@example("pool-members")
def pool_member(world: World) -> Any:
    return PoolMembership.objects.create(
        pool_id=world.value(("pools", "pk")),
        candidate_id=world.value(CANDIDATE),
        stage_id=world.value(("pool-stages", "pk")),
        added_by=CANARY,
        reason=CANARY,
        moved_at=timezone.now(),
    ).pk


@example("bulk", "act")
def act_on_many(world: World) -> Any:
    return "tag"


@example("views")
def saved_view(world: World) -> Any:
    return saved_views.create(name=CANARY, query=f"q={CANARY}", is_shared=True, owner=world.owner).pk


@example("exports")
def export(world: World) -> Any:
    world.value(CANDIDATE)
    facts = {"by": world.owner.actor, "now": timezone.now(), "zone": "UTC", "role": world.owner.role}
    return exports.start(query=f"q={CANARY}", wanted=[], format="csv", **facts).pk


@example("bulk-operations")
def bulk_operation(world: World) -> Any:
    person, by = world.value(CANDIDATE), world.owner.actor
    chosen, values = bulk.Chosen([person]), {"tag": f"{CANARY} tag"}
    act = bulk.act_named("tag")
    return bulk.start(act=act, chosen=chosen, values=values, by=by, now=timezone.now()).pk


@example("segments")
def segment(world: World) -> Any:
    return Segment.objects.create(name=CANARY, description=CANARY, rule={"all": []}, created_by=world.owner).pk


@example("placements", "person")
def somebody_placed_by_hand(world: World) -> Any:
    segment, person = Segment.objects.get(pk=world.value(("segments", "pk"))), a_candidate(name=CANARY)
    return placements.place(
        segment=segment, candidate=person, placing="out", reason=CANARY, by=world.owner.actor, now=timezone.now()
    ).candidate_id


@example("rediscoveries")
def search_for_a_job(world: World) -> Any:
    asked = [{"text": CANARY, "must": False}]
    found = [world.value(CANDIDATE)]
    row = RediscoverySearch(name=CANARY, text=CANARY, requirements=asked, found=found, run_by=CANARY)
    row.save()
    return row.pk


@example("suggestions", "what")
def list_of_suggestions(world: World) -> Any:
    return "skills"


@example("tasks")
def task(world: World) -> Any:
    return Task.objects.create(title=CANARY, candidate_id=world.value(CANDIDATE), created_by=CANARY).pk


@example("undo", "token")
def token_of_an_undo(world: World) -> Any:
    return undo.keep({"act": CANARY})


@example("jobs")
def job(world: World) -> Any:
    row = Job.objects.create(title=CANARY, description=CANARY, owner=world.owner)
    ApplicationStage.objects.create(job=row, name=CANARY, position=0)
    return row.pk


@example("events")
def recruiting_event(world: World) -> Any:
    begin = timezone.now()
    row = RecruitingEvent(name=CANARY, description=CANARY, place=CANARY, time_zone="UTC", owner=world.owner)
    row.starts_at, row.ends_at = begin, begin + timedelta(hours=2)
    row.save()
    return row.pk


@example("e")
def event_without_a_page(world: World) -> Any:
    return world.value(("events", "pk"))


@example("attendances")
def registration(world: World) -> Any:
    event, person = world.value(("events", "pk")), world.value(CANDIDATE)
    return Attendance.objects.create(event_id=event, candidate_id=person, registered_at=timezone.now()).pk


@example("ticket", "token")
def guess_of_a_code(world: World) -> Any:
    return "guess" * 8


@example("check-in", "token")
def code_of_a_registration(world: World) -> Any:
    return Code(world.value(("events", "pk")), world.value(("attendances", "pk"))).token


@example("waitlist")
def entry_of_a_waiting_list(world: World) -> Any:
    event, person = world.value(("events", "pk")), world.value(CANDIDATE)
    return WaitlistEntry.objects.create(event_id=event, candidate_id=person, waiting_since=timezone.now()).pk


@example("unmark", "token")
def token_of_an_unmarking(world: World) -> Any:
    return undo.keep({"event": str(world.value(("events", "pk"))), "was": {}, "is": CANARY})


@example("requirements")
def requirement(world: World) -> Any:
    return JobRequirement.objects.create(job_id=world.value(("jobs", "pk")), text=CANARY).pk


@example("applications")
def application(world: World) -> Any:
    stage, now = ApplicationStage.objects.get(job_id=world.value(("jobs", "pk"))), timezone.now()
    row = Application(job_id=stage.job_id, candidate_id=world.value(CANDIDATE), stage=stage, applied_at=now)
    row.moved_at, row.source = now, CANARY
    row.save()
    return row.pk


@example("skills")
def skill(world: World) -> Any:
    return Skill.objects.create(name=CANARY, key=CANARY).pk


@example("skill-aliases")
def skill_alias(world: World) -> Any:
    return SkillAlias.objects.create(skill_id=world.value(("skills", "pk")), name=f"{CANARY} 2", key=f"{CANARY} 2").pk


@example("tags")
def tag(world: World) -> Any:
    return Tag.objects.create(name=CANARY).pk


@example("labels")
def private_label(world: World) -> Any:
    return PrivateLabel.objects.create(member=world.owner, name=CANARY).pk


@example("fields")
def custom_field(world: World) -> Any:
    return FieldDefinition.objects.create(name=CANARY, key=CANARY, type="text").pk


@example("candidate-skills")
def claim(world: World) -> Any:
    return CandidateSkill.objects.create(
        candidate_id=world.value(CANDIDATE), skill_id=world.value(("skills", "pk")), evidence=CANARY
    ).pk


@example("documents")
def document(world: World) -> Any:
    world.value(("files", "pk"))
    return Document.objects.filter(candidate_id=world.value(CANDIDATE)).earliest("created_at").pk
