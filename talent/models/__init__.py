"""The talent community's models."""

from talent.models.bulk import BulkItem, BulkOperation
from talent.models.candidate import Candidate, FencedCandidate, Source
from talent.models.consent import ConsentRecord, ConsentWording, PurposeBasis
from talent.models.contact import ContactBan, ContactPoint, ContactPointChange
from talent.models.custom_fields import FieldDefinition, FieldValue
from talent.models.documents import Document, Provenance
from talent.models.engagement import EngagementProgress, EngagementWeights
from talent.models.history import Education, Employment
from talent.models.jobs import Application, ApplicationStage, DispositionReason, Job, JobRequirement
from talent.models.kept_rules import KeptRule
from talent.models.labels import CandidateSkill, CandidateTag, Skill, SkillAlias, Tag
from talent.models.lists import Export, SavedView, ViewPin
from talent.models.merges import MergeJournalEntry, MergeOperation, NotTheSame
from talent.models.notes import Note, NoteReader, NoteVersion
from talent.models.off_limits import ContactException, OffLimitsCompany
from talent.models.passages import FencedPassage, Passage, StaleText
from talent.models.placements import SegmentPlacement
from talent.models.pools import PoolGuest, PoolMembership, PoolProposal, PoolStage, TalentPool
from talent.models.private_labels import CandidateLabel, PrivateLabel
from talent.models.recruiting_events import Attendance, RecruitingEvent, WaitlistEntry
from talent.models.rediscovery import RediscoverySearch
from talent.models.segment_watches import SegmentWatch
from talent.models.segments import Segment, SegmentMembership
from talent.models.statements import CandidateFact, ContactPreference, SourceTouch
from talent.models.tasks import CalendarFeed, Task
from talent.models.touchpoints import Touchpoint

__all__ = [
    "Application",
    "ApplicationStage",
    "Attendance",
    "BulkItem",
    "BulkOperation",
    "CalendarFeed",
    "Candidate",
    "CandidateFact",
    "CandidateLabel",
    "CandidateSkill",
    "CandidateTag",
    "ConsentRecord",
    "ConsentWording",
    "ContactBan",
    "ContactException",
    "ContactPoint",
    "ContactPointChange",
    "ContactPreference",
    "DispositionReason",
    "Document",
    "Education",
    "Employment",
    "EngagementProgress",
    "EngagementWeights",
    "Export",
    "FencedCandidate",
    "FencedPassage",
    "FieldDefinition",
    "FieldValue",
    "Job",
    "JobRequirement",
    "KeptRule",
    "MergeJournalEntry",
    "MergeOperation",
    "NotTheSame",
    "Note",
    "NoteReader",
    "NoteVersion",
    "OffLimitsCompany",
    "Passage",
    "PoolGuest",
    "PoolMembership",
    "PoolProposal",
    "PoolStage",
    "PrivateLabel",
    "Provenance",
    "PurposeBasis",
    "RecruitingEvent",
    "RediscoverySearch",
    "SavedView",
    "Segment",
    "SegmentMembership",
    "SegmentPlacement",
    "SegmentWatch",
    "Skill",
    "SkillAlias",
    "Source",
    "SourceTouch",
    "StaleText",
    "Tag",
    "TalentPool",
    "Task",
    "Touchpoint",
    "ViewPin",
    "WaitlistEntry",
]
