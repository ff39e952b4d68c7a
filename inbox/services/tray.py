"""The review tray: mails of senders whom nobody knows, until somebody says whose they are."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from crm import together
from crm.actors import Actor
from crm.services import audit
from inbox.choices import MatchedBy, MessageKind
from inbox.mail.understand import wants_to_stop
from inbox.models import InboundMail, Message
from inbox.services import filing
from inbox.services.matching import Match
from talent import identity
from talent.choices import SourceKind
from talent.identity import NotAContactPoint
from talent.models import Candidate, FencedCandidate
from talent.profile import Claim, Profile
from talent.services import candidates, contact, search
from talent.services.candidates import Origin

MOST_PEOPLE = 8
SHOWN = 100


class AlreadyDecided(ValueError):
    """A colleague was quicker."""


def people_like(words: str) -> list[FencedCandidate]:
    """Up to eight people who match, the best first; by likeness of the name when no word fits."""
    if len(words.strip()) < 2:
        return []
    found = list(search.find(words).order_by(F("score").desc(), "name")[:MOST_PEOPLE])
    return found or list(search.similar(words).order_by(F("score").desc())[:MOST_PEOPLE])


def waiting() -> int:
    """How many mails of unknown senders nobody has decided about."""
    return together.count(Message.objects.in_tray())


def mails() -> QuerySet[Message]:
    """They, the newest first, without their long texts."""
    return Message.objects.in_tray().light()[:SHOWN]


def undecided() -> QuerySet[Message]:
    """Mails that are nobody's, dismissed ones too, with their files."""
    return Message.objects.filter(candidate=None).light().with_files()


def unreadable() -> QuerySet[InboundMail]:
    """The latest mails that could not be read."""
    return InboundMail.objects.failed()[:SHOWN]


def _locked(message: Message) -> Message:
    row = Message.objects.select_for_update(of=("self",)).filter(pk=message.pk, candidate=None).first()
    if row is None:
        raise AlreadyDecided("A colleague has already assigned this mail.")
    return row


@transaction.atomic
def assign(*, message: Message, candidate: Candidate, remember_address: bool, by: Actor, now: datetime) -> Message:
    """Say whose mail it is: from now on it counts as if it had been matched when it came.

    With `remember_address` the sender's address becomes one of the person's, unless it is another's. Raises
    AlreadyDecided.
    """
    row = _locked(message)
    row.candidate, row.matched_by, row.dismissed_at = candidate, MatchedBy.HAND, None
    row.thread = filing.thread_for(row, Match(candidate.pk))
    row.save(update_fields=["candidate", "matched_by", "dismissed_at", "thread"])
    if remember_address:
        _remember(candidate, row.from_address)
    is_wish = row.kind == MessageKind.REPLY and wants_to_stop(row.text or row.subject)
    filing.settle(row, asks_to_stop=is_wish)
    audit.record(action="message.assign", by=by, object_type="inbox.message", object_id=row.pk)
    return row


def _remember(candidate: Candidate, address: str) -> None:
    try:
        contact.add_points(candidate=candidate, points=[identity.email(address)])
    except NotAContactPoint:
        return


@transaction.atomic
def assign_to_new(*, message: Message, name: str, by: Actor, now: datetime) -> Message:
    """Make the sender a person of the talent community. Raises candidates.NothingKnown or AlreadyDecided."""
    profile = Profile(
        name=Claim(name) if name.strip() else None, emails=[Claim(message.from_address)] if message.from_address else []
    )
    origin = Origin("A mail they wrote", SourceKind.INBOUND, "Wrote to us")
    person = candidates.save(profile=profile, origin=origin, by=by, now=now).candidate
    return assign(message=message, candidate=person, remember_address=False, by=by, now=now)


@transaction.atomic
def dismiss(*, message: Message, by: Actor, now: datetime) -> None:
    """It is nobody's: out of the tray. The mail stays."""
    row = _locked(message)
    row.dismissed_at = now
    row.save(update_fields=["dismissed_at"])
    audit.record(action="message.dismiss", by=by, object_type="inbox.message", object_id=row.pk)


@transaction.atomic
def put_back(*, message: Message, by: Actor) -> None:
    """Undo a dismissal."""
    row = _locked(message)
    row.dismissed_at = None
    row.save(update_fields=["dismissed_at"])
    audit.record(action="message.put_back", by=by, object_type="inbox.message", object_id=row.pk)
