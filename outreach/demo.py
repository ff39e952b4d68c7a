"""The demo's templates and sequences, and a way to send at a moment of the past."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from crm.models import Member, Tenant
from crm.services.demo import Scene
from outreach.choices import Arm, StepKind
from outreach.models import MessageTemplate, OutboundMessage, SandboxMessage, Sequence
from outreach.services import freezing, ledger, message_templates, sequences, snippets, steps
from outreach.services.message_templates import Shelf
from outreach.transports.sandbox import SandboxTransport

INTRODUCTION = """Hi {{ first_name | default: "there" }},

your work as {{ current_title | default: "an engineer" }} caught my eye. We are building the platform team here, and I \
would rather talk early than late: not about one vacancy, about what you would like to do next.

[[quarter-of-an-hour]]

{{ sender.first_name | default: "The team" }}
"""
FOLLOW_UP = """Hi {{ first_name | default: "there" }},

only a short second note, in case the first one came at a bad moment. If the answer is "not now", that is a good \
answer too: tell me when to ask again.

{{ sender.first_name | default: "The team" }}
"""
NEWS = """Hi {{ first_name | default: "there" }},

our security people wrote down how we run incident drills: https://example.com/blog/incident-drills

I thought of you when I read it. No reply needed.

{{ sender.first_name | default: "The team" }}
"""
TEMPLATES = (
    ("First hello", 'A word about {{ current_company | default: "your work" }}?', INTRODUCTION),
    ("Second note", "Did my note reach you?", FOLLOW_UP),
    ("Engineering news", "How we drill for incidents", NEWS),
    ("Silver medallist check-in", 'How have you been, {{ first_name | default: "friend" }}?', FOLLOW_UP),
)
SHELVES = {
    "First hello": Shelf("Outreach", ("short", "first mail")),
    "Second note": Shelf("Outreach", ("short",)),
    "Engineering news": Shelf("News"),
    "Silver medallist check-in": Shelf("Keeping in touch", ("first mail",)),
}
SNIPPETS = (
    ("quarter-of-an-hour", "Would you have a quarter of an hour in the next weeks?"),
    ("how-we-hire", "We hire in three conversations, and you hear from us within a week after each."),
)
# name, first and second template, days between, is it started
SEQUENCES = (
    ("Platform engineers, first hello", "First hello", "Second note", 5, True),
    ("Security guild news", "Engineering news", "Second note", 10, True),
    ("Silver medallists, half a year later", "Silver medallist check-in", "Second note", 7, True),
    ("Designers in spring", "First hello", "Second note", 4, False),
)


def texts(scene: Scene) -> None:
    """Templates, and sequences in every state: active, paused, draft."""
    with scene.chapter():
        author = scene.recruiters[0]
        made = {
            name: message_templates.save(
                name=name, subject=subject, body=body, by=author.actor, author=author, shelf=SHELVES[name]
            )
            for name, subject, body in TEMPLATES
        }
        for name, words in SNIPPETS:
            snippets.save(name=name, body=words, by=author.actor, author=author)
        for name, first, second, days, is_started in SEQUENCES:
            sequence = _sequence(name, made[first], made[second], days, scene.dice.choice(scene.recruiters))
            if is_started:
                sequences.activate(sequence=sequence, by=author.actor, now=scene.now - timedelta(days=90))
            else:
                _branch(sequence, author)


def _sequence(name: str, first: MessageTemplate, second: MessageTemplate, days: int, sender: Member) -> Sequence:
    sequence = sequences.create(name=name, by=sender.actor, sender=sender)
    opening = steps.steps_of(sequence)[0]  # a new sequence begins with a mail
    steps.change(step=opening, values={"template": first}, by=sender.actor)
    wait = steps.add(sequence=sequence, kind=StepKind.WAIT, by=sender.actor)
    steps.change(step=wait, values={"wait_days": days, "wait_hours": 0}, by=sender.actor)
    steps.add(sequence=sequence, kind=StepKind.EMAIL, by=sender.actor, template=second)
    return sequence


def _branch(sequence: Sequence, author: Member) -> None:
    """Whoever clicks is called, everybody else is tagged for the autumn."""
    wait = steps.add(sequence=sequence, kind=StepKind.WAIT_UNTIL, by=author.actor)
    steps.change(step=wait, values={"settings": {"weekday": 1, "hour": 9}}, by=author.actor)
    branch = steps.add(sequence=sequence, kind=StepKind.BRANCH, by=author.actor)
    steps.change(step=branch, values={"settings": {"when": "clicked", "days": 5}}, by=author.actor)
    call = steps.add(sequence=sequence, kind=StepKind.CALL, by=author.actor, parent=branch, arm=Arm.YES)
    words = {"subject": "Call about the design team", "settings": {"days": 2}}
    steps.change(step=call, values=words, by=author.actor)
    tag = steps.add(sequence=sequence, kind=StepKind.UPDATE, by=author.actor, parent=branch, arm=Arm.NO)
    steps.change(step=tag, values={"settings": {"act": "tag", "tag": "ask in autumn"}}, by=author.actor)


def send(*, tenant: Tenant, now: datetime) -> list[SandboxMessage]:
    """Send what was due at `now`, at `now`, into the sandbox; the ledger takes every step it takes in life."""
    reservation = ledger.reserve(tenant=tenant, now=now)
    session, claim = SandboxTransport().open(), reservation.claim
    for message in reservation.messages:
        envelope = freezing.envelope(message, now=now)
        hand_over = partial(ledger.hand_over, message_id=message.pk, claim=claim, transport="sandbox", now=now)
        answer = session.send(envelope, hand_over)
        ledger.settle(message_id=message.pk, claim=claim, answer=answer, now=now)
    sent = OutboundMessage.objects.left().filter(pk__in=[m.pk for m in reservation.messages])
    SandboxMessage.objects.filter(outbound__in=sent).update(received_at=now)
    return list(SandboxMessage.objects.filter(outbound__in=sent))
