"""Example objects for the arguments of every address, each with the canary in its texts.

A URL whose argument has no example fails the outsider walk: add a function here. The key is (the part of the path
before the argument, the argument), so that a new verb on a known noun needs no new example.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from crm.actors import Actor
from crm.models import Event, Invitation, Member, Notification, ReaderFailure, Tenant
from crm.permissions import Role
from crm.services import api_keys, audit, files, undo
from crm.tenancy.models import uuid7
from inbox.choices import InboundSource, InboundState, MessageKind
from inbox.models import InboundMail, Message, MessageAttachment, Thread
from outreach.choices import MessageState
from outreach.models import Enrolment, MessageTemplate, SandboxMessage, SequenceStep, TrackedLink
from outreach.services import tokens
from sourcing.models import ImportBatch, ImportRow, ParsedDocument
from talent.choices import BanReason, ConsentPurpose, OffLimitsKind
from talent.models import (
    Application,
    ApplicationStage,
    Candidate,
    CandidateFact,
    CandidateSkill,
    ConsentWording,
    ContactBan,
    ContactException,
    ContactPoint,
    DispositionReason,
    Document,
    Employment,
    FieldDefinition,
    Job,
    JobRequirement,
    Note,
    OffLimitsCompany,
    PoolMembership,
    PoolStage,
    PrivateLabel,
    RediscoverySearch,
    Segment,
    Skill,
    SkillAlias,
    Tag,
    TalentPool,
    Task,
)
from talent.services import bulk, exports, merges, placements, saved_views
from tests.architecture.addresses import Route
from tests.factories.events import an_event
from tests.factories.inbox import a_sent_message
from tests.factories.outreach import a_sequence
from tests.factories.people import a_member
from tests.factories.talent import a_candidate

CANARY = "zanzibarcanary"
CANDIDATE = ("candidates", "pk")
Key = tuple[str, str]


@dataclass
class World:
    """The tenant whose objects are walked around, and what was made in it."""

    tenant: Tenant
    owner: Member
    made: dict[Key, Any] = field(default_factory=dict)

    def value(self, key: Key) -> Any:
        """The argument's value; its object is made once."""
        if key not in self.made:
            self.made[key] = EXAMPLES[key](self)
        return self.made[key]


EXAMPLES: dict[Key, Callable[[World], Any]] = {}


def example(noun: str, argument: str = "pk") -> Callable[[Callable[[World], Any]], Callable[[World], Any]]:
    def register(function: Callable[[World], Any]) -> Callable[[World], Any]:
        EXAMPLES[(noun, argument)] = function
        return function

    return register


def keys_of(route: Route) -> dict[str, Key]:
    """Which example each argument of a route needs: {argument: key}. `tenant` comes from the actor.

    Where two apps mean different things by a noun, the key is ("app/noun", argument).
    """
    app = re.split(r"[-:]", route.name)[0]
    keys: dict[str, Key] = {}
    noun = ""
    for part in route.pattern.split("/"):
        found = re.search(r"<(?:\w+:)?(\w+)>", part)
        if found is None:
            noun = part
        elif found[1] != "tenant":
            own = (f"{app}/{noun}", found[1])
            keys[found[1]] = own if own in EXAMPLES else (noun, found[1])
    return keys


def a_world() -> World:
    """Acme with everything in it; to be called inside the tenant."""
    world = World(tenant := Tenant.objects.get(slug="acme"), tenant.members.get(role=Role.OWNER))
    for key in EXAMPLES:
        world.value(key)
    audit.record(action="canary.seen", by=Actor("member", world.owner.pk, CANARY))
    return world


@example("members")
def member(world: World) -> Any:
    return a_member(world.tenant, Role.RECRUITER, f"{CANARY}@example.com").pk


@example("invitations")
def invitation(world: World) -> Any:
    tomorrow = timezone.now() + timedelta(days=1)
    row = Invitation(email=f"{CANARY}.guest@example.com", token_hash="0" * 64, invited_by=CANARY, expires_at=tomorrow)
    row.save()
    return row.pk


@example("join", "token")
def guess_of_an_invitation(world: World) -> Any:
    return "guess" * 8


@example("api-keys")
def api_key(world: World) -> Any:
    return api_keys.create(name=CANARY, by=world.owner.actor)[0].pk


@example("health")
def parked_event(world: World) -> Any:
    event: Event = an_event(CANARY)
    return ReaderFailure.objects.create(reader="gone", event=event, error=CANARY, traceback=CANARY).pk


@example("candidates")
def candidate(world: World) -> Any:
    found = a_candidate(f"{CANARY} Person", f"{CANARY}.person@example.com")
    Candidate.objects.filter(pk=found.pk).update(summary=CANARY, headline=CANARY)
    return found.pk


@example("merge", "other")
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


@example("notes")
def note(world: World) -> Any:
    return Note.objects.create(candidate_id=world.value(CANDIDATE), author=world.owner, text=CANARY).pk


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


@example("metrics", "name")
@example("analytics", "name")
def metric(world: World) -> Any:
    return "outreach-by-sequence"


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


@example("imports")
def import_batch(world: World) -> Any:
    batch = ImportBatch.objects.create(name=CANARY, started_by=world.owner, started_by_label=CANARY, columns=[CANARY])
    ImportRow.objects.create(batch=batch, number=1, values=[CANARY], problem=CANARY)
    return batch.pk


@example("resumes")
def resume(world: World) -> Any:
    stored = files.store(content=CANARY.encode(), name=f"{CANARY}.txt", content_type="text/plain")
    batch = ImportBatch.objects.get(pk=world.value(("imports", "pk")))
    return ParsedDocument.objects.create(batch=batch, file=stored, problem=CANARY).pk


def forged(kind: tokens.Kind, world: World) -> str:
    """A token of another purpose: rightly signed, but not for this."""
    other: tokens.Kind = "open" if kind == "unsubscribe" else "unsubscribe"
    return tokens.make(other, tenant_id=world.tenant.pk, row_id=world.owner.pk)


@example("o", "token")
def token_of_an_open(world: World) -> Any:
    return forged("open", world)


@example("c", "token")
def token_of_a_click(world: World) -> Any:
    return forged("click", world)


@example("u", "token")
def token_of_an_unsubscribe(world: World) -> Any:
    return forged("unsubscribe", world)


@example("templates")
def template(world: World) -> Any:
    return MessageTemplate.objects.create(name=CANARY, subject=CANARY, body=CANARY, created_by=world.owner).pk


@example("sequences")
def sequence(world: World) -> Any:
    return a_sequence(name=CANARY, subject=CANARY, body=CANARY, sender_name=CANARY).pk


@example("steps")
def step(world: World) -> Any:
    return SequenceStep.objects.get(sequence_id=world.value(("sequences", "pk"))).pk


@example("enrol", "segment")
def segment_to_enrol(world: World) -> Any:
    return world.value(("segments", "pk"))


@example("enrolments")
def enrolment(world: World) -> Any:
    return Enrolment.objects.create(
        sequence_id=world.value(("sequences", "pk")),
        candidate_id=world.value(CANDIDATE),
        current_step_id=world.value(("steps", "pk")),
        enrolled_by=CANARY,
        enrolled_at=timezone.now(),
    ).pk


@example("messages")
def message_of_ours(world: World) -> Any:
    person = Candidate.objects.get(pk=world.value(CANDIDATE))
    return a_sent_message(person, subject=CANARY, text=CANARY, html=CANARY, to_address=f"{CANARY}@example.com").pk


@example("outgoing")
def planned_message(world: World) -> Any:
    person = Candidate.objects.get(pk=world.value(CANDIDATE))
    return a_sent_message(person, subject=CANARY, text=CANARY, state=MessageState.PLANNED, handed_over_at=None).pk


@example("inbox")
@example("threads")
def thread(world: World) -> Any:
    moment = timezone.now()
    return Thread.objects.create(
        candidate_id=world.value(CANDIDATE),
        root=f"<{uuid7()}@acme.test>",
        subject=CANARY,
        last_message_at=moment,
        last_reply_at=moment,
        needs_reply_since=moment,
    ).pk


def an_inbound(world: World, **fields: Any) -> InboundMail:
    raw = files.store(content=f"Subject: {CANARY}".encode(), name=f"{CANARY}.eml", content_type="message/rfc822")
    return InboundMail.objects.create(
        file=raw,
        source=InboundSource.WEBHOOK,
        source_uid=str(uuid7()),
        envelope_from=f"{CANARY}@example.com",
        received_at=timezone.now(),
        **fields,
    )


def a_message(world: World, **fields: Any) -> Message:
    moment, texts = timezone.now(), dict.fromkeys(("from_name", "subject", "text", "full_text", "html"), CANARY)
    inbound = an_inbound(world, state=InboundState.PARSED)
    return Message.objects.create(
        inbound=inbound, kind=MessageKind.REPLY, sent_at=moment, received_at=moment, **texts, **fields
    )


@example("received-messages")
def message_that_came_in(world: World) -> Any:
    return a_message(world, candidate_id=world.value(CANDIDATE), thread_id=world.value(("inbox", "pk"))).pk


@example("files", "file")
def attachment(world: World) -> Any:
    stored = files.store(content=CANARY.encode(), name=f"{CANARY}.txt", content_type="text/plain")
    row = MessageAttachment.objects.create(message_id=world.value(("received-messages", "pk")), file=stored)
    return row.pk


@example("tray")
def mail_of_an_unknown_sender(world: World) -> Any:
    return a_message(world, from_address=f"{CANARY}@example.com").pk


@example("unreadable")
def mail_that_could_not_be_read(world: World) -> Any:
    return an_inbound(world, state=InboundState.FAILED, problem=CANARY).pk


@example("sandbox")
def sandbox_message(world: World) -> Any:
    return SandboxMessage.objects.create(
        outbound_id=world.value(("messages", "pk")),
        candidate_id=world.value(CANDIDATE),
        to_address=f"{CANARY}@example.com",
        subject=CANARY,
        raw=f"Subject: {CANARY}\r\n\r\n{CANARY}".encode(),
        received_at=timezone.now(),
    ).pk


@example("links", "link")
def link_of_a_message(world: World) -> Any:
    target = f"https://example.com/{CANARY}"
    return TrackedLink.objects.create(message_id=world.value(("messages", "pk")), target=target).pk


@example("inbound", "name")
def provider(world: World) -> Any:
    return "postmark"


@example("tasks")
def task(world: World) -> Any:
    return Task.objects.create(title=CANARY, candidate_id=world.value(CANDIDATE), created_by=CANARY).pk


@example("notifications")
def notification(world: World) -> Any:
    return Notification.objects.create(member=world.owner, kind="task", text=CANARY, url=f"/{CANARY}/").pk


@example("calendar", "token")
def guess_of_a_calendar(world: World) -> Any:
    return "guess" * 8


@example("undo", "token")
def token_of_an_undo(world: World) -> Any:
    return undo.keep({"act": CANARY})


@example("jobs")
def job(world: World) -> Any:
    row = Job.objects.create(title=CANARY, description=CANARY, owner=world.owner)
    ApplicationStage.objects.create(job=row, name=CANARY, position=0)
    return row.pk


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
