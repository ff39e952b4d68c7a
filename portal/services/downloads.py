"""Gives out files to those who ask for them: the form, who the person is, and links that run out."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Literal
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models import F

from crm import events
from crm.actors import Actor
from crm.background import wake_on_commit
from crm.events import Subject
from crm.services.files import ASSETS
from crm.tenancy.context import current_tenant_id
from portal.events import ASSET_DOWNLOADED
from portal.models import AssetRequest, ContentItem
from portal.services.content import ITEM
from talent.choices import Channel, ConsentOrigin, ConsentPurpose, ConsentState, SourceKind
from talent.models import Candidate, ConsentWording
from talent.profile import Claim, Profile
from talent.services import candidates, consents
from talent.services.candidates import Origin
from talent.services.consents import Said

WORKS_FOR = timedelta(hours=1)
TAKE_IN_TASK = "portal.tasks.take_in_request"
FORM = Actor("system", None, "Download form")
SOURCE = "Downloads"
_SALT = "portal.content"
Ticket = Literal["good", "late", "false"]


def wording() -> ConsentWording | None:
    """The words that the form asks for consent with; None where the workspace has none, and asks for none."""
    return consents.current_wording(ConsentPurpose.NEWS)


@transaction.atomic
def ask(*, item: ContentItem, name: str, email: str, agreed_to: ConsentWording | None) -> AssetRequest:
    """Somebody filled the form in; who they are is found out in the background.

    Known and unknown addresses take the same work here. `agreed_to` are the words they ticked, None for no tick.
    """
    row = AssetRequest.objects.create(item=item, name=name, email=email, wording=agreed_to)
    wake_on_commit(TAKE_IN_TASK, "interactive", current_tenant_id(), row.pk)
    return row


@transaction.atomic
def take_in(*, request_id: UUID, now: datetime) -> Candidate | None:
    """Find or make the person of a form, write down what they agreed to, and tell. None when it was done before."""
    rows = AssetRequest.objects.select_related("item", "wording").select_for_update(of=("self",))
    asked = rows.filter(pk=request_id).first()
    if asked is None:
        return None
    profile = Profile(name=Claim(asked.name), emails=[Claim(asked.email)])
    origin = Origin(_form_name(asked.item), SourceKind.PORTAL, source=SOURCE)
    person = candidates.save(profile=profile, origin=origin, by=FORM, now=now).candidate
    themselves = Actor("candidate", person.pk, person.name)
    if asked.wording is not None:
        _agree(person, asked, asked.wording, themselves, now)
    _tell(person, asked, themselves)
    count(asked.item)
    asked.delete()
    return person


def _form_name(item: ContentItem) -> str:
    return f"Form for “{item.title[:90]}”"


def _agree(person: Candidate, asked: AssetRequest, words: ConsentWording, by: Actor, now: datetime) -> None:
    """A form proves nothing of who filled it in: a no that we were told stands until the person takes it back."""
    email, purpose = Channel.EMAIL, ConsentPurpose(words.purpose)
    if consents.state_of([person.pk], purpose, email, now)[person.pk].is_denied:
        return
    said = Said(purpose, ConsentState.GIVEN, ConsentOrigin.FORM, email, f"Ticked. {_form_name(asked.item)}.", words)
    consents.record(candidate=person, said=said, by=by, now=now, occurred_at=min(asked.created_at, now))


def _tell(person: Candidate, asked: AssetRequest, by: Actor) -> None:
    events.publish(
        ASSET_DOWNLOADED,
        candidate=person.pk,
        occurred_at=asked.created_at,
        actor=by,
        subject=Subject(ITEM, asked.item_id),
        data={"content": str(asked.item_id), "title": asked.item.title},
    )


def count(item: ContentItem) -> None:
    """One more download: a form that was filled in, or a file without a form that was fetched."""
    ContentItem.objects.filter(pk=item.pk).update(download_count=F("download_count") + 1)


# --- links that run out


def ticket(item: ContentItem) -> str:
    """What opens the file for an hour; it says nothing about who holds it."""
    return signing.dumps([str(item.tenant_id), str(item.pk)], salt=_SALT)


def check(item: ContentItem, text: str) -> Ticket:
    try:
        facts = signing.loads(text, salt=_SALT, max_age=WORKS_FOR)
    except signing.SignatureExpired:
        return "late"
    except signing.BadSignature:
        return "false"
    return "good" if facts == [str(item.tenant_id), str(item.pk)] else "false"


def file_name(item: ContentItem) -> str:
    """What the file is called for those who get it: by the item's address, never as somebody's disk had it."""
    ending = PurePosixPath(item.file.name).suffix.lower() if item.file else ""
    return f"{item.slug}{ending if ending in ASSETS.endings else ''}"
