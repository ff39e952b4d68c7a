"""One field of a person, changed where it stands in the list; it can be taken back for an hour."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from crm.actors import Actor
from crm.models import Member
from crm.services import undo
from crm.services.undo import NothingToUndo
from crm.tenancy.context import current_tenant_id
from talent.choices import Said
from talent.models import Candidate, CandidateTag
from talent.services import candidates, labels, tags

PLAIN = ("current_title", "current_company", "seniority", "job_search", "state")
FIELDS = (*PLAIN, "owner", "tags")


def value_of(candidate: Candidate, field: str) -> Any:
    """What a field holds, as JSON can keep it: a text, a number, a list of tag names, an owner's key, or None."""
    if field == "tags":
        return sorted(CandidateTag.objects.filter(candidate=candidate).values_list("tag__name", flat=True))
    if field == "owner":
        return str(candidate.owner_id) if candidate.owner_id else None
    if field == "seniority" and candidate.seniority_origin == Said.DERIVED:
        return None
    return getattr(candidate, field)


def _write(candidate: Candidate, field: str, value: Any, by: Actor, now: datetime) -> None:
    if field == "tags":
        labels.set_tags(candidate=candidate, names=value, by=by, now=now)
    elif field == "owner":
        candidates.assign(candidates=[candidate], owner=value, by=by, now=now)
    else:
        candidates.edit(candidate=candidate, changes={field: value}, by=by, now=now)


@transaction.atomic
def put(*, candidate: Candidate, field: str, value: Any, by: Actor, now: datetime) -> str:
    """Write one of FIELDS (an owner as a Member); returns the token of its undo, empty when nothing changed."""
    before, made = value_of(candidate, field), tags.unknown(value) if field == "tags" else []
    _write(candidate, field, value, by, now)
    candidate.refresh_from_db()
    after = value_of(candidate, field)
    if before == after:
        return ""
    facts = {"candidate": str(candidate.pk), "field": field, "before": before, "after": after, "made": made}
    return undo.keep({"act": "cell", **facts})


@transaction.atomic
def take_back(*, token: str, by: Actor, now: datetime) -> Candidate:
    """Put the value from before back; a tag that was made by it and that nobody else has goes too.

    Raises NothingToUndo, also when somebody has changed the field since.
    """
    facts = undo.take(token)
    candidate = Candidate.objects.filter(pk=UUID(facts.get("candidate", str(UUID(int=0))))).first()
    if facts.get("act") != "cell" or candidate is None:
        raise NothingToUndo("This can no longer be undone here.")
    field, value = facts["field"], facts["before"]
    if value_of(candidate, field) != facts["after"]:
        raise NothingToUndo("Somebody has changed it since.")
    if field == "owner":
        value = Member.objects.of_tenant(current_tenant_id()).filter(pk=value).first() if value else None
    _write(candidate, field, value, by, now)
    tags.delete_unused(facts["made"], by=by)
    return candidate
