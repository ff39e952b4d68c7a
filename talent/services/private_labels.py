"""Private labels: a member's own keywords on people, which nobody else sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from crm.models import Member
from crm.services import undo
from crm.unseen import one_line
from talent.models import Candidate, CandidateLabel, PrivateLabel

LONGEST = 40
MOST = 200


class LabelRefused(ValueError):
    """The label cannot be called that; the message says why."""


@dataclass(frozen=True)
class Changed:
    """How many people it touched, and the token that takes it back."""

    people: int
    undo: str


def clean(name: str) -> str:
    return one_line(name)[:LONGEST]


def of_member(member: Member) -> QuerySet[PrivateLabel]:
    """The member's own labels, each with `people`."""
    return PrivateLabel.objects.of(member.pk).annotate(people=Count("candidates")).order_by("name")


def on(candidate: Candidate, member: Member) -> list[str]:
    """The member's labels on a person."""
    rows = CandidateLabel.objects.of(member.pk).filter(candidate=candidate)
    return list(rows.values_list("label__name", flat=True))


def on_many(candidate_ids: Sequence[UUID], member: Member) -> dict[UUID, list[str]]:
    """{person: labels} of the member, for lists."""
    found: dict[UUID, list[str]] = {}
    rows = CandidateLabel.objects.of(member.pk).filter(candidate__in=candidate_ids)
    for person, name in rows.values_list("candidate_id", "label__name"):
        found.setdefault(person, []).append(name)
    return found


@transaction.atomic
def set_labels(*, candidate: Candidate, member: Member, names: Iterable[str]) -> list[str]:
    """Make these the member's labels on a person. No event and no audit entry: it is nobody else's business.

    Raises LabelRefused beyond MOST labels of one member.
    """
    wanted = list(dict.fromkeys(name for n in names if (name := clean(n))))
    known = {label.name: label for label in PrivateLabel.objects.of(member.pk)}
    new = [PrivateLabel(member=member, name=name) for name in wanted if name not in known]
    if len(known) + len(new) > MOST:
        raise LabelRefused(f"You have {len(known)} labels; {MOST} are the most.")
    PrivateLabel.objects.bulk_create(new, ignore_conflicts=True)
    labels = PrivateLabel.objects.of(member.pk).filter(name__in=wanted)
    CandidateLabel.objects.of(member.pk).filter(candidate=candidate).exclude(label__in=labels).delete()
    rows = [CandidateLabel(candidate=candidate, label=label) for label in labels]
    CandidateLabel.objects.bulk_create(rows, ignore_conflicts=True)
    return wanted


@transaction.atomic
def rename(*, label: PrivateLabel, name: str) -> Changed:
    """Call a label something else; when another one is called that, the two become one."""
    name = clean(name)
    if not name:
        raise LabelRefused("Write a name.")
    had = [str(key) for key in CandidateLabel.objects.filter(label=label).values_list("candidate_id", flat=True)]
    facts: dict[str, Any] = {"act": "label", "member": str(label.member_id), "name": label.name, "people": had}
    other = PrivateLabel.objects.of(label.member_id).filter(name=name).exclude(pk=label.pk).first()
    if other is None:
        facts |= {"now": name, "new": had}
        label.name = name
        label.save(update_fields=["name"])
        return Changed(len(had), undo.keep(facts))
    rows = [CandidateLabel(candidate_id=UUID(key), label=other) for key in had]
    before = {str(key) for key in CandidateLabel.objects.filter(label=other).values_list("candidate_id", flat=True)}
    CandidateLabel.objects.bulk_create(rows, ignore_conflicts=True)
    label.delete()
    return Changed(len(had), undo.keep(facts | {"now": name, "new": [k for k in had if k not in before]}))


@transaction.atomic
def delete(*, label: PrivateLabel) -> Changed:
    """Remove a label from everybody."""
    had = [str(key) for key in CandidateLabel.objects.filter(label=label).values_list("candidate_id", flat=True)]
    facts = {"act": "label", "member": str(label.member_id), "name": label.name, "people": had, "now": "", "new": []}
    label.delete()
    return Changed(len(had), undo.keep(facts))


@transaction.atomic
def take_back(*, token: str, member: Member) -> int:
    """Undo a rename, merge or deletion of the member's own. Raises NothingToUndo."""
    facts = undo.take(token)
    if facts.get("act") != "label" or facts["member"] != str(member.pk):
        raise undo.NothingToUndo("This can no longer be undone here.")
    mine = CandidateLabel.objects.of(member.pk)
    mine.filter(label__name=facts["now"], candidate__in=facts["new"]).delete()
    PrivateLabel.objects.of(member.pk).filter(name=facts["now"], candidates=None).delete()
    label, _ = PrivateLabel.objects.get_or_create(member=member, name=facts["name"])
    here = Candidate.objects.filter(pk__in=facts["people"]).values_list("pk", flat=True)
    rows = [CandidateLabel(candidate_id=key, label=label) for key in here]
    CandidateLabel.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
