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
from portal.services import visitors
from portal.services.content import ITEM
from talent.models import Candidate, ConsentWording

WORKS_FOR = timedelta(hours=1)
TAKE_IN_TASK = "portal.tasks.take_in_request"
FORM = Actor("system", None, "Download form")
SOURCE = "Downloads"
_SALT = "portal.content"
Ticket = Literal["good", "late", "false"]


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
    person = visitors.recognise(asked=asked, form=asked.item.title, source=SOURCE, by=FORM, now=now)
    _tell(person, asked, visitors.themselves(person))
    count(asked.item)
    asked.delete()
    return person


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
