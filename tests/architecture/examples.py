"""The objects behind every address: those of the floor, of mail and of the ways in; `talent` has a page of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from crm.actors import Actor
from crm.models import Event, Invitation, Notification, ReaderFailure, Tenant
from crm.permissions import Role
from crm.services import api_keys, audit, files
from crm.tenancy.models import uuid7
from inbox.choices import InboundSource, InboundState, MessageKind
from inbox.models import InboundMail, Message, MessageAttachment, Thread
from outreach.choices import CallState, HoldReason, MessageState
from outreach.models import (
    AutomationRule,
    Broadcast,
    DayOff,
    Enrolment,
    MailApp,
    Mailbox,
    MessageTemplate,
    SandboxMessage,
    SendGrant,
    SequenceStep,
    Snippet,
    StepVariant,
    TemplateTranslation,
    Topic,
    TrackedLink,
    VariantTest,
    WebhookCall,
)
from outreach.services import tokens
from portal.choices import ContentKind
from portal.models import ContentItem
from sourcing.models import ImportBatch, ImportRow, ParsedDocument
from talent.models import Candidate
from tests.architecture import examples_talent
from tests.architecture.world import CANARY, CANDIDATE, EXAMPLES, World, example
from tests.factories.events import an_event
from tests.factories.inbox import a_sent_message
from tests.factories.outreach import a_sequence
from tests.factories.people import a_member

__all__ = ["a_world", "examples_talent"]


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


@example("metrics", "name")
@example("analytics", "name")
def metric(world: World) -> Any:
    return "outreach-by-sequence"


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


@example("send-grants")
def grant_of_the_api(world: World) -> Any:
    return world.value(("grants", "pk"))


@example("grants")
def grant_to_send(world: World) -> Any:
    colleague = a_member(world.tenant, Role.RECRUITER, f"{CANARY}.grantee@example.com")
    return SendGrant.objects.create(owner=world.owner, grantee=colleague, granted_by=CANARY).pk


@example("snippets")
def snippet(world: World) -> Any:
    return Snippet.objects.create(name=CANARY, body=CANARY).pk


@example("variants")
def variant(world: World) -> Any:
    step = SequenceStep.objects.get(pk=world.value(("steps", "pk")))
    test = VariantTest.objects.create(sequence=step.sequence, step_key=step.key)
    return StepVariant.objects.create(test=test, letter="B", subject=CANARY, body=CANARY).pk


@example("variants", "letter")
def letter_of_a_variant(world: World) -> Any:
    return "A"


@example("w", "token")
def token_of_a_reason(world: World) -> Any:
    return forged("why", world)


@example("topics")
def topic(world: World) -> Any:
    return Topic.objects.create(name=CANARY, description=CANARY).pk


@example("webhook-deliveries")
def webhook_delivery(world: World) -> Any:
    row = WebhookCall(enrolment_id=world.value(("enrolments", "pk")), url=f"https://{CANARY}.example.com/", body={})
    row.state, row.next_at = CallState.FAILED, timezone.now()
    row.save()
    return row.pk


@example("translations")
def template_translation(world: World) -> Any:
    template = MessageTemplate.objects.create(name=f"{CANARY} in German", subject=CANARY, body=CANARY)
    return TemplateTranslation.objects.create(template=template, language="de", subject=CANARY, body=CANARY).pk


@example("templates")
def template(world: World) -> Any:
    return MessageTemplate.objects.create(name=CANARY, subject=CANARY, body=CANARY, created_by=world.owner).pk


@example("sequences")
def sequence(world: World) -> Any:
    return a_sequence(name=CANARY, subject=CANARY, body=CANARY, sender_name=CANARY).pk


@example("broadcasts")
def broadcast(world: World) -> Any:
    words = dict.fromkeys(("name", "subject", "body", "sender_name"), CANARY)
    return Broadcast.objects.create(created_by=world.owner, **words).pk


@example("days-off")
def day_off(world: World) -> Any:
    return DayOff.objects.create(day="2026-12-24", name=CANARY).pk


@example("steps")
def step(world: World) -> Any:
    return SequenceStep.objects.get(sequence_id=world.value(("sequences", "pk"))).pk


@example("automation")
def automation_rule(world: World) -> Any:
    rule = {"name": CANARY, "trigger": "replied", "actions": [{"act": "tag", "tag": CANARY}]}
    return AutomationRule.objects.create(**rule).pk


@example("recipes", "recipe")
def recipe_of_automation(world: World) -> Any:
    return "whitepaper"


@example("add", "kind")
def kind_of_step(world: World) -> Any:
    return "wait"


@example("add", "arm")
def arm_of_branch(world: World) -> Any:
    return "yes"


@example("enrol", "segment")
def segment_to_enrol(world: World) -> Any:
    return world.value(("segments", "pk"))


@example("mailboxes")
def mailbox(world: World) -> Any:
    return Mailbox.objects.create(name=CANARY, from_address=f"{CANARY}@example.com", from_name=CANARY).pk


@example("edit", "kind")
@example("new", "kind")
def kind_of_mailbox(world: World) -> Any:
    return "smtp"


@example("sending-domains", "domain")
@example("domains", "domain")
def domain_of_a_mailbox(world: World) -> Any:
    return "acme.example.com"


@example("texts", "pk")
@example("provider")
def mailbox_of_a_provider(world: World) -> Any:
    return world.value(("mailboxes", "pk"))


@example("mail-apps", "maker")
def maker_of_mailboxes(world: World) -> Any:
    MailApp.objects.create(maker="google", client_id=CANARY)
    return "google"


@example("connect", "way")
def way_to_an_own_mailbox(world: World) -> Any:
    return "gmail"


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


@example("outbox")
@example("reviews")
def message_to_be_read(world: World) -> Any:
    person = Candidate.objects.get(pk=world.value(CANDIDATE))
    held = {"is_held": True, "held_for": HoldReason.REVIEW, "handed_over_at": None}
    return a_sent_message(person, subject=CANARY, text=CANARY, state=MessageState.PLANNED, **held).pk


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


@example("notifications")
def notification(world: World) -> Any:
    return Notification.objects.create(member=world.owner, kind="task", text=CANARY, url=f"/{CANARY}/").pk


@example("calendar", "token")
def guess_of_a_calendar(world: World) -> Any:
    return "guess" * 8


@example("content")
def piece_of_content(world: World) -> Any:
    stored = files.store(content=CANARY.encode(), name=f"{CANARY}.txt", content_type="text/plain")
    words = dict.fromkeys(("title", "summary", "body"), CANARY)
    return ContentItem.objects.create(kind=ContentKind.ASSET, slug="their-draft", file=stored, **words).pk


@example("new", "kind")
def kind_of_content(world: World) -> Any:
    return ContentKind.POST


@example("c", "slug")
def draft(world: World) -> Any:
    return ContentItem.objects.get(pk=world.value(("content", "pk"))).slug


@example("thanks", "ticket")
@example("file", "ticket")
def guess_of_a_ticket(world: World) -> Any:
    return "guess" * 8
