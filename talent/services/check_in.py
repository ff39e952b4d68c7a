"""The door of an event: the code that says who somebody is, who is here, and who comes without being on the list."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from crm.actors import Actor
from talent import identity
from talent.choices import Channel, ConsentOrigin, ConsentPurpose, ConsentState, ContactKind, SourceKind
from talent.choices_events import AttendanceState
from talent.filters.leaves import has_words
from talent.identity import Identified, NotAContactPoint
from talent.models import Attendance, Candidate, ConsentWording, RecruitingEvent, WaitlistEntry
from talent.profile import Claim, Profile
from talent.services import attendance, candidates, consents, seats
from talent.services.candidates import Origin
from talent.services.consents import Said

SOURCE = "Events"
_SIGNER = signing.Signer(salt="talent.check-in", sep=".")


# --- codes


@dataclass(frozen=True)
class Code:
    """Of which event a code is, and whose: a registration, or the ticket that its form gave out."""

    event_id: UUID
    holder: UUID

    @property
    def token(self) -> str:
        """The signed text that addresses carry."""
        both = base64.urlsafe_b64encode(self.event_id.bytes + self.holder.bytes)
        return _SIGNER.sign(both.decode().rstrip("="))

    def address(self, slug: str) -> str:
        """The absolute address that opens this person's page for colleagues, and for nobody else."""
        return f"{settings.BASE_URL}{reverse('talent:check-in', args=[slug, self.token])}"


def code_of(row: Attendance) -> Code | None:
    """The code of a registration, where there is a door to show it at."""
    return Code(row.event_id, row.pk) if row.event.is_on_site else None


def read(token: str) -> Code | None:
    """The code of a token that we signed; None for any other text."""
    try:
        both = base64.urlsafe_b64decode(_SIGNER.unsign(token) + "=")
    except (signing.BadSignature, binascii.Error, ValueError):
        return None
    return Code(UUID(bytes=both[:16]), UUID(bytes=both[16:])) if len(both) == 32 else None


def read_address(text: str) -> Code | None:
    """The same for what a scanner read: a token, or the address that ends with one."""
    return read(text.strip().rstrip("/").rpartition("/")[2])


def holder(code: Code) -> Attendance | None:
    """Whose code it is; None for who is not on the list, or no longer."""
    rows = attendance.places().filter(event=code.event_id)
    return rows.filter(Q(pk=code.holder) | Q(ticket=code.holder)).first()


# --- at the door


@dataclass(frozen=True)
class Numbers:
    """How many are here, of how many on the list."""

    here: int
    listed: int


def numbers(event: RecruitingEvent) -> Numbers:
    sizes = attendance.sizes(event)
    return Numbers(sizes.get(AttendanceState.ATTENDED, 0), sum(sizes.values()))


def waiting(event: RecruitingEvent, words: str) -> QuerySet[WaitlistEntry]:
    """Who waits for a place and whose name holds the words: they may stand at the door as well."""
    return seats.line(event).filter(has_words("candidate__name", words))


@transaction.atomic
def let_in_from_line(*, entry: WaitlistEntry, by: Actor, now: datetime) -> None:
    """Who waits for a place and has come gets one, whether one is free or not. Raises WrongStep."""
    attendance.let_in(event=entry.event, people=[entry.candidate], has_come=True, by=by, now=now, is_promised=True)


@dataclass(frozen=True)
class WalkIn:
    """Somebody who came: their registration, and whether they are new on the list, and new to us."""

    row: Attendance
    is_new_here: bool
    is_new: bool


def reached_by(text: str) -> Identified:
    """An e-mail address, or a link to a profile. Raises NotAContactPoint."""
    is_mail = "@" in text and "/" not in text
    try:
        return identity.email(text) if is_mail else identity.link(text)
    except NotAContactPoint as error:
        raise NotAContactPoint(f"“{text.strip()[:80]}” is neither an e-mail address nor a link.") from error


def _profile(name: str, reach: str) -> Profile:
    point = reached_by(reach)
    claims = [Claim(point.value)]
    is_mail = point.kind == ContactKind.EMAIL
    return Profile(name=Claim(name), emails=claims if is_mail else (), links=() if is_mail else claims)


@transaction.atomic
def walk_in(
    *, event: RecruitingEvent, name: str, reach: str, agreed_to: Collection[str], by: Actor, now: datetime
) -> WalkIn:
    """Somebody stands at the door: found by address or link, or made; on the list, and here.

    There is a place for them, whether one is free or not: whoever lets them in sees that. `reach` is an e-mail address
    or a link, `agreed_to` are the purposes that they said yes to. Raises WrongStep and NotAContactPoint.
    """
    if wrong := attendance.too_early(event, AttendanceState.ATTENDED, now):
        raise attendance.WrongStep(wrong)
    origin = Origin(f"At “{event.name[:90]}”", SourceKind.EVENT, source=SOURCE)
    found = candidates.save(profile=_profile(name, reach), origin=origin, by=by, now=now)
    person = found.candidate
    done = attendance.let_in(event=event, people=[person], has_come=True, by=by, now=now, is_promised=True)
    _agree(person, event, agreed_to, by, now)
    row = attendance.places().get(event=event, candidate=person)
    return WalkIn(row, bool(done.rows), found.created)


def asked_for() -> list[tuple[ConsentPurpose, str]]:
    """Each purpose, and the words that people are asked with; the purpose's own where the workspace has none."""
    return [(purpose, words.text if words else purpose.label) for purpose, words in _wordings()]


def _wordings() -> list[tuple[ConsentPurpose, ConsentWording | None]]:
    return [(purpose, consents.current_wording(purpose)) for purpose in ConsentPurpose]


def _agree(person: Candidate, event: RecruitingEvent, agreed_to: Collection[str], by: Actor, now: datetime) -> None:
    """What was said is written down as said to a colleague; what holds already is not said again."""
    for purpose, words in _wordings():
        holds = consents.state_of([person.pk], purpose, Channel.EMAIL, now)[person.pk].is_given
        if purpose in agreed_to and not holds:
            evidence = f"Said at “{event.name}”."
            said = Said(purpose, ConsentState.GIVEN, ConsentOrigin.SPOKEN, evidence=evidence, wording=words)
            consents.record(candidate=person, said=said, by=by, now=now)
