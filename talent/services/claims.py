"""How well people do what they do: level, years and evidence of one skill of one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.services import audit
from talent.choices import SkillKind
from talent.events import CANDIDATE_CHANGED
from talent.models import Candidate, CandidateSkill, Document
from talent.services import labels


class WrongScale(ValueError):
    """Languages are measured by CEFR, other skills by level."""


@dataclass(frozen=True)
class Measure:
    """How well somebody does something. `level` for skills, `cefr` for languages; empty where nobody knows."""

    level: int | None = None
    cefr: int | None = None
    years: float | None = None


@transaction.atomic
def measure(*, claim: CandidateSkill, measure: Measure, by: Actor, now: datetime, evidence: str | None = None) -> None:
    """Say how well, and for how many years. Raises WrongScale."""
    is_language = claim.skill.kind == SkillKind.LANGUAGE
    if (is_language and measure.level) or (not is_language and measure.cefr):
        raise WrongScale(
            f"“{claim.skill}” is a language: give a CEFR level."
            if is_language
            else f"“{claim.skill}” is no language: give a level from basic to expert."
        )
    claim.level, claim.cefr, claim.years = measure.level, measure.cefr, measure.years
    claim.asserted_by = by.label[:120]
    if evidence is not None and evidence != claim.evidence:
        claim.evidence, claim.document, claim.line = evidence[:300], None, None
    claim.save(update_fields=["level", "cefr", "years", "asserted_by", "evidence", "document", "line"])
    _tell(claim, by, now)


def _tell(claim: CandidateSkill, by: Actor, now: datetime) -> None:
    events.publish(
        CANDIDATE_CHANGED, candidate=claim.candidate_id, occurred_at=now, actor=by, data={"fields": ["skills"]}
    )
    audit.record(
        action="candidate.change",
        by=by,
        object_type="talent.candidate",
        object_id=claim.candidate_id,
        fields=["skills"],
    )


def ground(*, candidate: Candidate, document: Document) -> int:
    """Name document and line of those claims whose words stand in it; returns how many."""
    claims = CandidateSkill.objects.filter(candidate=candidate, document=None).exclude(evidence="")
    found = [(claim, line) for claim in claims if (line := labels.line_of(document, claim.evidence))]
    for claim, line in found:
        claim.document, claim.line = document, line
    return CandidateSkill.objects.bulk_update([claim for claim, _ in found], ["document", "line"])
