"""Writes what a workspace publishes, and finds what fits a kind and topics."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.text import slugify

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.models import Member, StoredFile
from crm.services import audit, files
from crm.services.files import ASSETS, FileRefused
from crm.unseen import one_line
from portal.choices import ContentKind
from portal.events import CONTENT_PUBLISHED
from portal.models import ContentItem
from talent.identity import skill_key
from talent.services import skills

ITEM = "portal.contentitem"
MOST_TOPICS, LONGEST_TOPIC = 20, 80
Problems = Mapping[str, str]


class NotContent(ValueError):
    """What was written makes no sense together: {field: a sentence}."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


class NotReady(NotContent):
    """There is too little of it to publish."""


class WasPublished(ValueError):
    """Everybody could see it, so it is not thrown away; the message says what can be done."""


@dataclass(frozen=True)
class Words:
    """What is written about one item. `topics` are names of skills, `link` the https address of the whole of it."""

    title: str
    summary: str = ""
    body: str = ""
    link: str = ""
    topics: Sequence[str] = ()
    event_on: date | None = None
    is_gated: bool = False


# --- reading


def listing(*, kind: str = "", before: UUID | None = None, limit: int = 51) -> list[ContentItem]:
    """Everything, drafts too, what was begun last first; `before` is the key of the last one seen."""
    rows = ContentItem.objects.select_related("file", "tenant").order_by("-pk")
    rows = rows.filter(kind=kind) if kind in ContentKind.values else rows
    return list((rows.filter(pk__lt=before) if before else rows)[:limit])


def recent(*, kind: str = "", topics: Collection[str] = (), limit: int = 20) -> list[ContentItem]:
    """The newest that is published, of one kind or of all; `topics` are skill keys of which one at least must fit."""
    rows = ContentItem.objects.about(topics) if topics else ContentItem.objects.all()
    rows = rows.published()
    return list((rows.filter(kind=kind) if kind else rows).order_by("-published_at", "-pk")[:limit])


def recent_since(moment: datetime, *, kind: str, limit: int = 100) -> list[ContentItem]:
    """What of a kind was published since then, the newest first, with the workspace of its address."""
    rows = ContentItem.objects.published().filter(kind=kind, published_at__gte=moment).select_related("tenant")
    return list(rows.order_by("-published_at", "-pk")[:limit])


def upcoming(today: date, *, limit: int = 3) -> list[ContentItem]:
    """Published events from this day on, the next first."""
    rows = ContentItem.objects.published().filter(kind=ContentKind.EVENT, event_on__gte=today)
    return list(rows.select_related("tenant").order_by("event_on", "pk")[:limit])


def at_address(slug: str) -> ContentItem | None:
    """What is published there."""
    return ContentItem.objects.published().select_related("file").filter(slug=slug).first()


def address(item: ContentItem) -> str:
    """The absolute address of its page for everybody."""
    return f"{settings.BASE_URL}{reverse('portal-public:content', args=[item.tenant.slug, item.slug])}"


def topic_names(items: Iterable[ContentItem]) -> dict[str, str]:
    """{skill key: the skill's name} for all topics of these; one that is no skill any more is called by its key."""
    keys = {key for item in items for key in item.topics}
    known = skills.known(keys) if keys else {}
    return {key: known[key].name if key in known else key for key in keys}


def names_of(item: ContentItem) -> list[str]:
    names = topic_names([item])
    return [names[key] for key in item.topics]


# --- writing


def problems_of(kind: str, words: Words, *, has_upload: bool = False) -> dict[str, str]:
    """What does not go together, in sentences by field."""
    said = {
        "title": "Write a title." if not words.title.strip() else "",
        "link": "The address begins with https://." if words.link and not words.link.startswith("https://") else "",
        "event_on": "Only events have a day." if words.event_on and kind != ContentKind.EVENT else "",
        "is_gated": "Only downloads have a form before them." if words.is_gated and kind != ContentKind.ASSET else "",
        "file": "Only downloads have a file." if has_upload and kind != ContentKind.ASSET else "",
        "topics": _about_topics(words.topics),
    }
    return {field: sentence for field, sentence in said.items() if sentence}


def _about_topics(names: Sequence[str]) -> str:
    if len(names) > MOST_TOPICS:
        return f"These are {len(names)} topics. {MOST_TOPICS} are the most."
    too_long = next((n for n in names if len(n) > LONGEST_TOPIC), "")
    return f"“{too_long[:30]}…” is too long for a topic." if too_long else ""


def missing(item: ContentItem) -> dict[str, str]:
    """What must be there before anybody sees it, in sentences by field."""
    said = {}
    if item.kind == ContentKind.ASSET:
        if item.is_gated and item.file_id is None:
            said["file"] = "A form gives out a file. Add the file first."
        elif item.file_id is None and not item.link:
            said["file"] = "There is nothing to download yet. Add a file, or a link to it."
    elif not item.body and not item.link:
        said["body"] = "There is nothing to read yet. Write a text, or add a link to it."
    if item.kind == ContentKind.EVENT and item.event_on is None:
        said["event_on"] = "Say on which day it is."
    return said


@transaction.atomic
def create(
    *, kind: str, words: Words, by: Actor, upload: UploadedFile | None = None, author: Member | None = None
) -> ContentItem:
    """A draft. Its address is made from the title and stays. Raises NotContent."""
    _refuse(problems_of(kind, words, has_upload=upload is not None))
    item = ContentItem(kind=ContentKind(kind), created_by=author, file=_stored(upload), **_columns(words))
    _insert(item)
    audit.record(action="content.create", by=by, object_type=ITEM, object_id=item.pk)
    return item


@transaction.atomic
def change(*, item: ContentItem, words: Words, by: Actor, upload: UploadedFile | None = None) -> ContentItem:
    """Other words; a new file takes the old one's place. What is published stays complete. Raises NotContent."""
    item = _locked(item)
    _refuse(problems_of(item.kind, words, has_upload=upload is not None))
    before, old = _facts(item), item.file
    for name, value in _columns(words).items():
        setattr(item, name, value)
    item.file = _stored(upload) or old
    if item.published_at and (lacking := missing(item)):
        raise NotContent(lacking)
    item.save()
    if old is not None and item.file_id != old.pk:
        files.delete(file=old)
    changed = [name for name, value in _facts(item).items() if value != before[name]]
    if changed:
        audit.record(action="content.change", by=by, object_type=ITEM, object_id=item.pk, fields=changed)
    return item


@transaction.atomic
def publish(*, item: ContentItem, by: Actor, now: datetime) -> ContentItem:
    """Everybody sees it from now on; the first time it is also announced. Again changes nothing. Raises NotReady."""
    item = _locked(item)
    if item.published_at is not None:
        return item
    if lacking := missing(item):
        raise NotReady(lacking)
    is_news = item.announced_at is None
    item.published_at, item.announced_at = now, item.announced_at or now
    item.save(update_fields=["published_at", "announced_at", "updated_at"])
    audit.record(action="content.publish", by=by, object_type=ITEM, object_id=item.pk)
    if is_news:
        subject, data = Subject(ITEM, item.pk), _announcement(item)
        events.publish(CONTENT_PUBLISHED, candidate=None, occurred_at=now, actor=by, subject=subject, data=data)
    return item


@transaction.atomic
def publish_as(
    *, item: ContentItem, words: Words, by: Actor, now: datetime, upload: UploadedFile | None = None
) -> ContentItem:
    """Save and publish: both or neither. Raises NotContent."""
    return publish(item=change(item=item, words=words, by=by, upload=upload), by=by, now=now)


@transaction.atomic
def withdraw(*, item: ContentItem, by: Actor) -> ContentItem:
    """A draft again: its address leads nowhere."""
    item = _locked(item)
    if item.published_at is not None:
        item.published_at = None
        item.save(update_fields=["published_at", "updated_at"])
        audit.record(action="content.withdraw", by=by, object_type=ITEM, object_id=item.pk)
    return item


@transaction.atomic
def delete(*, item: ContentItem, by: Actor) -> None:
    """Throw away a draft that nobody outside has ever seen. Raises WasPublished."""
    item = _locked(item)
    if item.announced_at is not None:
        raise WasPublished("It was published: mails and downloads speak of it. Withdraw it instead.")
    audit.record(action="content.delete", by=by, object_type=ITEM, object_id=item.pk, facts={"title": item.title})
    file = item.file
    item.delete()
    if file is not None:
        files.delete(file=file)


def _announcement(item: ContentItem) -> dict[str, Any]:
    facts = {"content": str(item.pk), "kind": str(item.kind), "title": item.title}
    return {**facts, "link": address(item), "topics": item.topics}


def _refuse(problems: Problems) -> None:
    if problems:
        raise NotContent(problems)


def _locked(item: ContentItem) -> ContentItem:
    return ContentItem.objects.select_for_update(of=("self",)).select_related("file", "tenant").get(pk=item.pk)


def _stored(upload: UploadedFile | None) -> StoredFile | None:
    try:
        return files.store_upload(upload=upload, limits=ASSETS) if upload else None
    except FileRefused as error:
        raise NotContent({"file": str(error)}) from error


def _columns(words: Words) -> dict[str, Any]:
    return {
        "title": one_line(words.title),
        "summary": one_line(words.summary),
        "body": words.body.replace("\r\n", "\n").strip(),
        "link": words.link,
        "topics": _keys(words.topics),
        "event_on": words.event_on,
        "is_gated": words.is_gated,
    }


def _keys(names: Sequence[str]) -> list[str]:
    """The keys of the skills that are called so, by alias too, each once; new ones are made."""
    known = skills.named(names) if names else {}
    return list(dict.fromkeys(known[key].key for name in names if (key := skill_key(name))))


def _facts(item: ContentItem) -> dict[str, Any]:
    names = ("title", "summary", "body", "link", "topics", "event_on", "is_gated", "file_id")
    return {name.removesuffix("_id"): getattr(item, name) for name in names}


def _insert(item: ContentItem) -> None:
    """Under the first free address; of two at once, the second takes the next one."""
    base = slugify(item.title)[:70].strip("-") or str(item.kind)
    taken = set(ContentItem.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    for number in count(1):
        item.slug = base if number == 1 else f"{base}-{number}"
        if item.slug not in taken and _inserted(item):
            return


def _inserted(item: ContentItem) -> bool:
    try:
        with transaction.atomic():
            item.save(force_insert=True)
    except IntegrityError as error:
        if "content_slug_once" not in str(error):
            raise
        return False
    return True
