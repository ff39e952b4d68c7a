"""The objects behind the addresses of outreach."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from crm.permissions import Role
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
from talent.models import Candidate
from tests.architecture.world import CANARY, CANDIDATE, World, example
from tests.factories.inbox import a_sent_message
from tests.factories.outreach import a_sequence
from tests.factories.people import a_member


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
