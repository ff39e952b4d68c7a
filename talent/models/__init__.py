"""The talent community's models."""

from talent.models.candidate import Candidate, FencedCandidate, Source
from talent.models.contact import ContactBan, ContactPoint
from talent.models.documents import Document, Provenance
from talent.models.engagement import EngagementProgress, EngagementWeights
from talent.models.history import Education, Employment
from talent.models.labels import CandidateSkill, CandidateTag, Skill, Tag
from talent.models.notes import Note
from talent.models.pools import PoolMembership, TalentPool
from talent.models.segments import Segment, SegmentMembership

__all__ = [
    "Candidate",
    "CandidateSkill",
    "CandidateTag",
    "ContactBan",
    "ContactPoint",
    "Document",
    "Education",
    "Employment",
    "EngagementProgress",
    "EngagementWeights",
    "FencedCandidate",
    "Note",
    "PoolMembership",
    "Provenance",
    "Segment",
    "SegmentMembership",
    "Skill",
    "Source",
    "Tag",
    "TalentPool",
]
