"""Words of the talent community that the database keeps."""

from __future__ import annotations

from django.db import models


class RelationshipState(models.TextChoices):
    """Where a person stands with us; whether they applied is derived from their applications, not stored here."""

    LEAD = "lead", "Lead"
    PROSPECT = "prospect", "Prospect"
    IN_TALKS = "in_talks", "In talks"
    DORMANT = "dormant", "Dormant"


class ContactKind(models.TextChoices):
    """Ways to reach a person, or to recognise one."""

    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
    LINKEDIN = "linkedin", "LinkedIn"
    GITHUB = "github", "GitHub"
    WEBSITE = "website", "Website"


# Kinds whose value names one human being: two candidates of a tenant never share one.
IDENTIFYING_KINDS = (ContactKind.EMAIL, ContactKind.LINKEDIN, ContactKind.GITHUB)


class SourceKind(models.TextChoices):
    """How a person came to us."""

    MANUAL = "manual", "Added by hand"
    CSV = "csv", "CSV import"
    RESUME = "resume", "Résumé"
    API = "api", "API"
    REFERRAL = "referral", "Referral"
    EVENT = "event", "Event"
    PORTAL = "portal", "Portal"
    INBOUND = "inbound", "Wrote to us"


class DocumentKind(models.TextChoices):
    """What a document is."""

    RESUME = "resume", "Résumé"
    OTHER = "other", "Other"


class BanReason(models.TextChoices):
    """Why a person must not be contacted."""

    UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
    ASKED_TO_STOP = "asked_to_stop", "Asked to stop"
    COMPLAINED = "complained", "Reported our mail as spam"
    MANUAL = "manual", "Do not contact, set by a colleague"


class MembershipCause(models.TextChoices):
    """Why a segment membership began or ended."""

    RULE = "rule", "The rule changed"
    DATA = "data", "The person's data changed"
    TIME = "time", "Time passed"


class PoolStage(models.TextChoices):
    """Steps of courtship inside a pool."""

    NEW = "new", "New"
    REACHED_OUT = "reached_out", "Reached out"
    IN_CONVERSATION = "in_conversation", "In conversation"
    READY = "ready", "Ready for a job"
