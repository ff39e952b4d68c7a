"""Who filled in a form for everybody: found or made, with what they agreed to."""

from __future__ import annotations

from datetime import datetime

from crm.actors import Actor
from portal.models.visitors import VisitorRequest
from talent.choices import Channel, ConsentOrigin, ConsentPurpose, ConsentState, SourceKind
from talent.models import Candidate, ConsentWording
from talent.profile import Claim, Profile
from talent.services import candidates, consents
from talent.services.candidates import Origin
from talent.services.consents import Said


def wording() -> ConsentWording | None:
    """The words that the forms ask for consent with; None where the workspace has none, and asks for none."""
    return consents.current_wording(ConsentPurpose.NEWS)


def themselves(person: Candidate) -> Actor:
    return Actor("candidate", person.pk, person.name)


def recognise(*, asked: VisitorRequest, form: str, source: str, by: Actor, now: datetime) -> Candidate:
    """The person of a form, new or known, who agreed to what they ticked. `form` is what it is for."""
    name = f"Form for “{form[:90]}”"
    profile = Profile(name=Claim(asked.name), emails=[Claim(asked.email)])
    origin = Origin(name, SourceKind.PORTAL, source=source)
    person = candidates.save(profile=profile, origin=origin, by=by, now=now).candidate
    if asked.wording is not None:
        _agree(person, asked, asked.wording, name, now)
    return person


def _agree(person: Candidate, asked: VisitorRequest, words: ConsentWording, form: str, now: datetime) -> None:
    """A form proves nothing of who filled it in: a no that we were told stands until the person takes it back."""
    email, purpose = Channel.EMAIL, ConsentPurpose(words.purpose)
    if consents.state_of([person.pk], purpose, email, now)[person.pk].is_denied:
        return
    said = Said(purpose, ConsentState.GIVEN, ConsentOrigin.FORM, email, f"Ticked. {form}.", words)
    consents.record(candidate=person, said=said, by=themselves(person), now=now, occurred_at=min(asked.created_at, now))
