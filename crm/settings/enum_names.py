"""What the API's document calls choices that stand under the same name in several places."""

from __future__ import annotations

ENUM_NAMES = {
    "ExclusionReasonEnum": "outreach.choices.ExclusionReason",
    "RoleEnum": "crm.permissions.Role",
    "RelationshipStateEnum": "talent.choices.RelationshipState",
    "ContactKindEnum": "talent.choices.ContactKind",
    "ContentKindEnum": "portal.choices.ContentKind",
    "JobStateEnum": "talent.choices_jobs.JobState",
    "ProposalStateEnum": "talent.choices.ProposalState",
    "SkillKindEnum": "talent.choices.SkillKind",
    "FactKindEnum": "talent.choices.FactKind",
    "PoolVisibilityEnum": "talent.choices.PoolVisibility",
    "NoteVisibilityEnum": "talent.choices_notes.NoteVisibility",
    "ConsentStateEnum": "talent.choices.ConsentState",
    "ConsentPurposeEnum": "talent.choices.ConsentPurpose",
    "OffLimitsKindEnum": "talent.choices.OffLimitsKind",
    "TouchKindEnum": "talent.choices.TouchKind",
    "MeetingStateEnum": "inbox.choices.MeetingState",
    "WrittenByEnum": "inbox.choices.WRITTEN_BY",
}
