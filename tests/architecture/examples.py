"""The objects behind every address: those of the floor and of mails that came; two apps have pages of their own."""

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
from inbox.models import InboundMail, Meeting, Message, MessageAttachment, TextMessage, Thread
from portal.choices import ContentKind
from portal.models import ContentItem
from sourcing.models import ImportBatch, ImportRow, ParsedDocument
from tests.architecture import examples_outreach, examples_talent
from tests.architecture.world import CANARY, CANDIDATE, EXAMPLES, World, example
from tests.factories.events import an_event
from tests.factories.people import a_member

__all__ = ["a_world", "examples_outreach", "examples_talent"]


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


@example("received-texts")
def text_that_came_in(world: World) -> Any:
    row = TextMessage(candidate_id=world.value(CANDIDATE), sid=CANARY, sender=CANARY, body=CANARY)
    row.received_at = timezone.now()
    row.save()
    return row.pk


@example("meetings")
def meeting(world: World) -> Any:
    begin = timezone.now() - timedelta(hours=2)
    end, person = begin + timedelta(hours=1), world.value(CANDIDATE)
    row = Meeting(candidate_id=person, title=CANARY, starts_at=begin, ends_at=end, booked_at=begin, booked_by=CANARY)
    row.save()
    return row.pk


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
