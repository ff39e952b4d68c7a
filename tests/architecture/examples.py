"""Example objects for the arguments of every address, each with the canary in its texts.

A URL whose argument has no example fails the outsider walk: add a function here. The key is (app, the part of the path
before the argument, the argument), so that a new verb on a known noun needs no new example.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from crm.actors import Actor
from crm.models import Event, Invitation, Member, ReaderFailure, Tenant
from crm.permissions import Role
from crm.services import api_keys, audit, files
from outreach.models import Enrolment, MessageTemplate, OutboundMessage, Sequence, SequenceStep
from outreach.services import planning, tokens
from sourcing.models import ImportBatch, ImportRow, ParsedDocument
from talent.models import Candidate, Segment
from tests.architecture.addresses import Route
from tests.factories.events import an_event
from tests.factories.people import a_member
from tests.factories.talent import a_candidate

CANARY = "zanzibarcanary"
Key = tuple[str, str, str]


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


def example(app: str, noun: str, argument: str = "pk") -> Callable[[Callable[[World], Any]], Callable[[World], Any]]:
    def register(function: Callable[[World], Any]) -> Callable[[World], Any]:
        EXAMPLES[(app, noun, argument)] = function
        return function

    return register


def keys_of(route: Route) -> dict[str, Key]:
    """Which example each argument of a route needs: {argument: key}. `tenant` comes from the actor."""
    app = route.name.split(":")[0].removesuffix("-api").removesuffix("-public") if ":" in route.name else ""
    keys, parts = {}, route.pattern.split("/")
    for place, part in enumerate(parts):
        if "<" in part:
            argument = part[part.index("<") + 1 : part.index(">")].split(":")[-1]
            keys[argument] = (app, parts[place - 1], argument)
    keys.pop("tenant", None)
    return keys


def a_world() -> World:
    """Acme with everything in it; to be called inside the tenant."""
    world = World(tenant := Tenant.objects.get(slug="acme"), tenant.members.get(role=Role.OWNER))
    for key in EXAMPLES:
        world.value(key)
    audit.record(action="canary.seen", by=Actor("member", world.owner.pk, CANARY))
    return world


@example("crm", "members")
def member(world: World) -> Any:
    return a_member(world.tenant, Role.RECRUITER, f"{CANARY}@example.com").pk


@example("crm", "invitations")
def invitation(world: World) -> Any:
    tomorrow = timezone.now() + timedelta(days=1)
    row = Invitation(email=f"{CANARY}.guest@example.com", token_hash="0" * 64, invited_by=CANARY, expires_at=tomorrow)
    row.save()
    return row.pk


@example("crm", "join", "token")
def guess_of_an_invitation(world: World) -> Any:
    return "guess" * 8


@example("crm", "api-keys")
def api_key(world: World) -> Any:
    return api_keys.create(name=CANARY, by=world.owner.actor)[0].pk


@example("crm", "health")
def parked_event(world: World) -> Any:
    event: Event = an_event(CANARY)
    return ReaderFailure.objects.create(reader="gone", event=event, error=CANARY, traceback=CANARY).pk


@example("talent", "candidates")
def candidate(world: World) -> Any:
    found = a_candidate(f"{CANARY} Person", f"{CANARY}.person@example.com")
    Candidate.objects.filter(pk=found.pk).update(summary=CANARY, headline=CANARY)
    return found.pk


@example("talent", "segments")
def segment(world: World) -> Any:
    return Segment.objects.create(name=CANARY, description=CANARY, rule={"all": []}, created_by=world.owner).pk


@example("talent", "suggestions", "what")
def list_of_suggestions(world: World) -> Any:
    return "skills"


@example("sourcing", "imports")
def import_batch(world: World) -> Any:
    batch = ImportBatch.objects.create(name=CANARY, started_by=world.owner, started_by_label=CANARY, columns=[CANARY])
    ImportRow.objects.create(batch=batch, number=1, values=[CANARY], problem=CANARY)
    return batch.pk


@example("sourcing", "resumes")
def resume(world: World) -> Any:
    stored = files.store(content=CANARY.encode(), name=f"{CANARY}.txt", content_type="text/plain")
    batch = ImportBatch.objects.get(pk=world.value(("sourcing", "imports", "pk")))
    return ParsedDocument.objects.create(batch=batch, file=stored, problem=CANARY).pk


@example("outreach", "templates")
def message_template(world: World) -> Any:
    return MessageTemplate.objects.create(name=CANARY, subject=CANARY, body=CANARY).pk


@example("outreach", "sequences")
def sequence(world: World) -> Any:
    return Sequence.objects.create(name=CANARY, sender_name=CANARY).pk


@example("outreach", "enrol", "segment")
def segment_to_put_in(world: World) -> Any:
    return world.value(("talent", "segments", "pk"))


@example("outreach", "steps")
def step(world: World) -> Any:
    of = world.value(("outreach", "sequences", "pk"))
    return SequenceStep.objects.create(sequence_id=of, position=0, subject=CANARY, body=CANARY).pk


@example("outreach", "enrolments")
def enrolment(world: World) -> Any:
    return Enrolment.objects.create(
        sequence_id=world.value(("outreach", "sequences", "pk")),
        candidate_id=world.value(("talent", "candidates", "pk")),
        current_step_id=world.value(("outreach", "steps", "pk")),
        enrolled_by=CANARY,
        enrolled_at=timezone.now(),
    ).pk


@example("outreach", "messages")
def outbound_message(world: World) -> Any:
    person = Candidate.objects.get(pk=world.value(("talent", "candidates", "pk")))
    content = planning.Content(subject=CANARY, text=CANARY, html=CANARY)
    intent = planning.one_off_intent(world.owner.pk, is_proactive=False)
    row: OutboundMessage = planning.plan_single(
        candidate_id=person.pk, content=content, intent=intent, due_at=timezone.now(), sender=None
    )
    return row.pk


def forged(kind: tokens.Kind, world: World) -> str:
    """A token of another purpose: rightly signed, but not for this."""
    other: tokens.Kind = "open" if kind == "unsubscribe" else "unsubscribe"
    return tokens.make(other, tenant_id=world.tenant.pk, row_id=world.owner.pk)


@example("outreach", "o", "token")
def token_of_an_open(world: World) -> Any:
    return forged("open", world)


@example("outreach", "c", "token")
def token_of_a_click(world: World) -> Any:
    return forged("click", world)


@example("outreach", "u", "token")
def token_of_an_unsubscribe(world: World) -> Any:
    return forged("unsubscribe", world)
