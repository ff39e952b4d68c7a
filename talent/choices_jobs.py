"""Words of our own jobs and applications that the database keeps."""

from __future__ import annotations

from django.db import models


class JobState(models.TextChoices):
    """How a job stands."""

    DRAFT = "draft", "Draft"
    OPEN = "open", "Open"
    ON_HOLD = "on_hold", "On hold"
    CLOSED = "closed", "Closed"


class Remote(models.TextChoices):
    """Where the work is done."""

    ON_SITE = "on_site", "On site"
    HYBRID = "hybrid", "Hybrid"
    REMOTE = "remote", "Remote"


class EmploymentKind(models.TextChoices):
    """How somebody is employed."""

    PERMANENT = "permanent", "Permanent"
    FIXED_TERM = "fixed_term", "Fixed term"
    FREELANCE = "freelance", "Freelance"
    INTERNSHIP = "internship", "Internship"
    APPRENTICESHIP = "apprentice", "Apprenticeship"


class RequirementKind(models.TextChoices):
    """What a job asks for."""

    SKILL = "skill", "Skill"
    LANGUAGE = "language", "Language"
    PLACE = "place", "Place"
    SENIORITY = "seniority", "Seniority"
    TEXT = "text", "In words"


class Outcome(models.TextChoices):
    """What became of an application."""

    OPEN = "open", "Open"
    HIRED = "hired", "Hired"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"


class DeclinedBy(models.TextChoices):
    """Who ended it."""

    US = "us", "We declined"
    THEM = "them", "They declined"


# (name, whether whoever came so far is a finalist) of a new job's stages.
DEFAULT_APPLICATION_STAGES = (
    ("Applied", False),
    ("Screening", False),
    ("Interview", False),
    ("Final interview", True),
    ("Offer", True),
)
# (name, who declined, whether the person would be welcome again).
DEFAULT_DISPOSITIONS = (
    ("Strong, another was stronger", DeclinedBy.US, True),
    ("Good, but not for this job", DeclinedBy.US, True),
    ("Job was closed", DeclinedBy.US, True),
    ("Lacks a skill that is needed", DeclinedBy.US, False),
    ("Did not fit the team", DeclinedBy.US, False),
    ("Took another offer", DeclinedBy.THEM, True),
    ("Salary", DeclinedBy.THEM, True),
    ("Bad timing", DeclinedBy.THEM, True),
    ("No longer interested", DeclinedBy.THEM, False),
)
