"""The curated tags of a workspace: which there are, and how many people have each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Upper

from crm.actors import Actor
from crm.services import audit
from crm.unseen import one_line
from talent.models import CandidateTag, Tag
from talent.services.skills import NameTaken

LONGEST = 60


class TagInUse(ValueError):
    """People have it: it can be merged, not deleted."""


def overview(words: str = "") -> QuerySet[Tag]:
    """Tags by name, each with `people`; those whose name holds the words."""
    counted = CandidateTag.objects.filter(tag=OuterRef("pk")).order_by().values("tag")
    rows = Tag.objects.annotate(people=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0))
    cleaned = words.replace("\x00", "").strip()
    return rows.filter(name__icontains=cleaned) if cleaned else rows


def people(tag: Tag) -> int:
    """How many people have it."""
    return CandidateTag.objects.filter(tag=tag).count()


def both(tag: Tag, into: Tag) -> int:
    """How many people have the one and the other."""
    return CandidateTag.objects.filter(
        tag=tag, candidate__in=CandidateTag.objects.filter(tag=into).values("candidate")
    ).count()


def known(name: str) -> Tag | None:
    """The tag of this name; failing that, the one that differs in capitals only."""
    return _known([one_line(name)[:LONGEST]]).get(one_line(name)[:LONGEST])


def known_or_new(names: Iterable[str]) -> list[Tag]:
    """The tags that names mean, each once, in their order; what is not there yet is made."""
    wanted = list(dict.fromkeys(cleaned for name in names if (cleaned := one_line(name)[:LONGEST])))
    found = _known(wanted)
    if new := {name.upper(): name for name in wanted if name not in found}:
        Tag.objects.bulk_create([Tag(name=name) for name in new.values()], ignore_conflicts=True)
        found |= _known([name for name in wanted if name not in found])
    return list({found[name].pk: found[name] for name in wanted}.values())


def unknown(names: Iterable[str]) -> list[str]:
    """Those of the names that would make a new tag."""
    asked = list(names)
    found = _known(asked)
    return [name for name in asked if name not in found]


def _known(names: Sequence[str]) -> dict[str, Tag]:
    """{name: its tag}, of those that there are."""
    same = [Upper(Value(name)) for name in names]
    rows = list(Tag.objects.annotate(same=Upper("name")).filter(same__in=same)) if same else []
    exact, near = {row.name: row for row in rows}, {row.name.upper(): row for row in reversed(rows)}
    return {name: row for name in names if (row := exact.get(name) or near.get(name.upper()))}


@transaction.atomic
def create(*, name: str, by: Actor) -> Tag:
    """A new tag. Raises NameTaken."""
    name = one_line(name)[:LONGEST]
    if not name or known(name):
        raise NameTaken(f"There is a tag “{name}” already." if name else "Write a name.")
    tag = Tag.objects.create(name=name)
    audit.record(action="tag.create", by=by, object_type="talent.tag", object_id=tag.pk)
    return tag


@transaction.atomic
def delete(*, tag: Tag, by: Actor) -> None:
    """Remove a tag that nobody has. Raises TagInUse."""
    if CandidateTag.objects.filter(tag=tag).exists():
        raise TagInUse(f"People have “{tag}”. Merge it into another tag instead.")
    key = tag.pk
    tag.delete()
    audit.record(action="tag.delete", by=by, object_type="talent.tag", object_id=key)


def delete_unused(names: Iterable[str], *, by: Actor) -> None:
    """Remove those of these tags that nobody has."""
    for tag in _known(list(names)).values():
        if not people(tag):
            delete(tag=tag, by=by)
