"""Contact points and bans on contact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.services import audit
from crm.tenancy import many, prepared
from crm.tenancy.context import current_tenant_id
from talent.choices import IDENTIFYING_KINDS, BanReason, BanScope, ConsentOrigin, ConsentState, ContactKind, PointChange
from talent.events import ADDRESS_BOUNCED, CANDIDATE_CHANGED, CONTACT_BAN_LIFTED, CONTACT_BANNED
from talent.identity import Identified
from talent.models import Candidate, ContactBan, ContactPoint, Provenance
from talent.services import consents, derived, point_history, search_text


class AddressTaken(ValueError):
    """Another person of this workspace already has that address or profile link."""

    def __init__(self, point: Identified, owner: Candidate) -> None:
        super().__init__(f"{point.value} already belongs to {owner.name}.")
        self.point, self.owner = point, owner


def hold(points: Iterable[Identified]) -> None:
    """Until the running transaction ends, nobody else decides whom these points name.

    Whoever looks for the owner of an address and makes one when there is none holds it first: two files that name the
    same person may arrive at the same moment.
    """
    names = [f"{current_tenant_id()}:{p.kind}:{p.normal}" for p in points if p.kind in IDENTIFYING_KINDS]
    if names:
        prepared.by_heart(
            "SELECT pg_advisory_xact_lock(number) FROM (SELECT DISTINCT hashtextextended(name, 0) AS number "
            "FROM unnest($1::text[]) AS name ORDER BY number) AS held",
            [many.texts(names)],
        )


def add_points(*, candidate: Candidate, points: Iterable[Identified]) -> list[ContactPoint]:
    """Give a person the contact points they lack; what names somebody else is left out and not an error here.

    The first of each kind becomes the primary one. Returns the rows made.
    """
    wanted = {p.key: p for p in points}
    had = list(ContactPoint.objects.filter(candidate=candidate))
    own, has_primary = {(p.kind, p.normal) for p in had}, {p.kind for p in had if p.is_primary}
    taken = ContactPoint.objects.owners_of(wanted)
    fresh = [
        point
        for key, point in wanted.items()
        if key not in own and not (point.kind in IDENTIFYING_KINDS and key in taken)
    ]
    return ContactPoint.objects.bulk_create(rows(candidate, fresh, has_primary))


def rows(candidate: Candidate, points: Iterable[Identified], has_primary: Iterable[str] = ()) -> list[ContactPoint]:
    """A person's contact points, not yet written, each once; the first of each kind is the primary one."""
    seen, made = set(has_primary), []
    for point in {p.key: p for p in points}.values():
        made.append(
            ContactPoint(
                candidate=candidate,
                kind=point.kind,
                value=point.value,
                normal=point.normal,
                is_primary=point.kind not in seen,
            )
        )
        seen.add(point.kind)
    return made


@transaction.atomic
def add_point(*, candidate: Candidate, point: Identified, by: Actor) -> ContactPoint:
    """Give a person one contact point. Raises AddressTaken when it names somebody else."""
    hold([point])
    owner_id = ContactPoint.objects.owners_of([point.key]).get(point.key)
    if owner_id is not None and owner_id != candidate.pk:
        raise AddressTaken(point, Candidate.objects.get(pk=owner_id))
    made = add_points(candidate=candidate, points=[point])
    audit.record(action="contact_point.add", by=by, object_type="talent.candidate", object_id=candidate.pk)
    return made[0] if made else ContactPoint.objects.get(candidate=candidate, kind=point.kind, normal=point.normal)


def told(action: str, candidate_id: UUID, by: Actor, now: datetime) -> None:
    """A change of contact points changes what search finds and what people see."""
    search_text.rebuild([candidate_id])
    events.publish(
        CANDIDATE_CHANGED, candidate=candidate_id, occurred_at=now, actor=by, data={"fields": ["contact_points"]}
    )
    audit.record(action=action, by=by, object_type="talent.candidate", object_id=candidate_id)


@transaction.atomic
def give_point(*, candidate: Candidate, point: Identified, by: Actor, now: datetime) -> ContactPoint:
    """Give a person one contact point, by hand or by API. Raises AddressTaken when it names somebody else."""
    row = add_point(candidate=candidate, point=point, by=by)
    Provenance.objects.create(candidate=candidate, field=row.kind, value=row.value, origin=by.label[:120])
    point_history.note([row], PointChange.ADDED, by=by, now=now)
    derived.zone_by_phone(candidate)
    told("contact_point.give", candidate.pk, by, now)
    return row


@transaction.atomic
def remove_point(*, point: ContactPoint, by: Actor, now: datetime) -> None:
    """Take a contact point off a person; the next of its kind becomes the primary one."""
    candidate_id, kind, was_primary = point.candidate_id, point.kind, point.is_primary
    point_history.note([point], PointChange.REMOVED, by=by, now=now)
    point.delete()
    heir = ContactPoint.objects.filter(candidate_id=candidate_id, kind=kind).first() if was_primary else None
    if heir is not None:
        heir.is_primary = True
        heir.save(update_fields=["is_primary"])
    told("contact_point.remove", candidate_id, by, now)


@transaction.atomic
def make_primary(*, point: ContactPoint, by: Actor, now: datetime) -> None:
    """Make this the one of its kind that is used."""
    ContactPoint.objects.filter(candidate_id=point.candidate_id, kind=point.kind).update(is_primary=False)
    point.is_primary = True
    point.save(update_fields=["is_primary"])
    point_history.note([point], PointChange.PRIMARY, by=by, now=now)
    told("contact_point.primary", point.candidate_id, by, now)


@dataclass(frozen=True)
class Reach:
    """How far a ban goes: everything, mailings, or one channel; until when (None: until it is lifted)."""

    scope: str = BanScope.ALL
    channel: str = ""
    until: datetime | None = None


EVERYTHING = Reach()


class NotABan(ValueError):
    """A ban that makes no sense; the message says why."""


@transaction.atomic
def ban(
    *,
    candidate: Candidate,
    reason: str,
    evidence: str,
    by: Actor,
    now: datetime,
    reach: Reach = EVERYTHING,
    origin: str = "",
) -> ContactBan:
    """Ban contact with a person, all addresses. Doing it twice changes nothing. Raises NotABan.

    Where the reason is the person's own word, the consent ledger says so as well; `origin` is how it reached us.
    """
    if reach.until is not None and reach.until <= now:
        raise NotABan("This end lies in the past.")
    if (reach.scope == BanScope.CHANNEL) != bool(reach.channel):
        raise NotABan("Name the channel for a ban on one channel, and only then.")
    row, created = ContactBan.objects.get_or_create(
        candidate=candidate,
        reason=reason,
        scope=BanScope(reach.scope),
        channel=reach.channel,
        until=reach.until,
        lifted_at=None,
        defaults={"evidence": evidence[:300], "banned_at": now, "banned_by": by.label[:120]},
    )
    if created:
        facts = {"reason": str(reason), "scope": str(reach.scope)}
        events.publish(CONTACT_BANNED, candidate=candidate.pk, occurred_at=now, actor=by, data=facts)
        audit.record(action="contact.ban", by=by, object_type="talent.candidate", object_id=candidate.pk, facts=facts)
        if reason in OWN_WORD and reach.scope == BanScope.ALL:
            consents.own_word(
                candidate=candidate,
                state=ConsentState.WITHDRAWN,
                origin=origin or OWN_WORD[BanReason(reason)],
                evidence=evidence,
                by=by,
                now=now,
            )
    return row


def earlier_bans(candidate: Candidate, now: datetime) -> list[ContactBan]:
    """Those that were lifted or are over, the latest first."""
    return [ban for ban in ContactBan.objects.filter(candidate=candidate)[:100] if not ban.holds(now)]


# Bans that rest on what the person said or did, and how that reached us when a colleague or a machine notes it.
OWN_WORD = {
    BanReason.UNSUBSCRIBED: ConsentOrigin.UNSUBSCRIBE,
    BanReason.ASKED_TO_STOP: ConsentOrigin.REPLY,
    BanReason.COMPLAINED: ConsentOrigin.UNSUBSCRIBE,
}


@transaction.atomic
def lift_ban(
    *, ban: ContactBan, by: Actor, now: datetime, origin: str = ConsentOrigin.SPOKEN, evidence: str = ""
) -> None:
    """End a ban; it stays in the record. The last one that rested on the person's word is a new word of theirs.

    `evidence` says how we know of that word.
    """
    if ban.lifted_at is None:
        ban.lifted_at, ban.lifted_by = now, by.label[:120]
        ban.save(update_fields=["lifted_at", "lifted_by"])
        events.publish(
            CONTACT_BAN_LIFTED, candidate=ban.candidate_id, occurred_at=now, actor=by, data={"reason": ban.reason}
        )
        audit.record(action="contact.lift_ban", by=by, object_type="talent.candidate", object_id=ban.candidate_id)
        others = ContactBan.objects.in_force(now).on_everything().filter(candidate_id=ban.candidate_id)
        if ban.reason in OWN_WORD and not others.filter(reason__in=list(OWN_WORD)).exists():
            consents.own_word(
                candidate=ban.candidate,
                state=ConsentState.GIVEN,
                origin=origin,
                evidence=evidence or "The ban on contact was lifted.",
                by=by,
                now=now,
            )


@transaction.atomic
def mark_bounced(*, candidate: Candidate, address: str, by: Actor, now: datetime) -> bool:
    """Note that an address of a person is bad; True when it was news."""
    named = Q(value__iexact=address) | Q(kind=ContactKind.PHONE, normal=address)
    point = ContactPoint.objects.filter(named, candidate=candidate, bounced_at=None).first()
    if point is None:
        return False
    point.bounced_at = now
    point.save(update_fields=["bounced_at"])
    point_history.note([point], PointChange.BOUNCED, by=by, now=now)
    events.publish(
        ADDRESS_BOUNCED,
        candidate=candidate.pk,
        occurred_at=now,
        actor=by,
        subject=Subject("talent.contactpoint", point.pk),
        data={},
    )
    return True
