"""How the API's document is made."""

from __future__ import annotations

SPECTACULAR_SETTINGS = {
    "TITLE": "Rapport API",
    "DESCRIPTION": "Everything the pages can do, for machines. Authenticate with `Authorization: Bearer <API key>`.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/o/\{tenant\}/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ExclusionReasonEnum": "outreach.choices.ExclusionReason",
        "RoleEnum": "crm.permissions.Role",
        "RelationshipStateEnum": "talent.choices.RelationshipState",
        "ContactKindEnum": "talent.choices.ContactKind",
        "ContentKindEnum": "portal.choices.ContentKind",
        "JobStateEnum": "talent.choices_jobs.JobState",
        "ProposalStateEnum": "talent.choices.ProposalState",
        "SkillKindEnum": "talent.choices.SkillKind",
        "FactKindEnum": "talent.choices.FactKind",
        "TouchKindEnum": "talent.choices.TouchKind",
        "MeetingStateEnum": "inbox.choices.MeetingState",
        "WrittenByEnum": "inbox.choices.WRITTEN_BY",
        "PoolVisibilityEnum": "talent.choices.PoolVisibility",
        "NoteVisibilityEnum": "talent.choices_notes.NoteVisibility",
        "ConsentStateEnum": "talent.choices.ConsentState",
        "ConsentPurposeEnum": "talent.choices.ConsentPurpose",
        "OffLimitsKindEnum": "talent.choices.OffLimitsKind",
        "EventKindEnum": "talent.choices_events.EventKind",
        "EventStateEnum": "talent.choices_events.EventState",
        "AttendanceStateEnum": "talent.choices_events.AttendanceState",
        "AttendanceOriginEnum": "talent.choices_events.AttendanceOrigin",
        "RequirementKindEnum": "talent.choices_jobs.RequirementKind",
    },
}
