"""Words of the talent community that the database keeps."""

from __future__ import annotations

from django.db import models


class RelationshipState(models.TextChoices):
    """Where a person stands with us; whether they applied is derived from their applications, not stored here."""

    LEAD = "lead", "Lead"
    PROSPECT = "prospect", "Prospect"
    IN_TALKS = "in_talks", "In talks"
    DORMANT = "dormant", "Dormant"


class Seniority(models.IntegerChoices):
    """How far along somebody is; ordered, so that "at least senior" can be asked."""

    INTERN = 1, "Intern or student"
    JUNIOR = 2, "Junior"
    MID = 3, "Mid-level"
    SENIOR = 4, "Senior"
    LEAD = 5, "Lead or principal"
    HEAD = 6, "Head or director"
    EXECUTIVE = 7, "Executive"


class Said(models.TextChoices):
    """How a derived value came about. A derived one yields to a stated one, and both to a colleague's hand."""

    DERIVED = "derived", "Derived"
    STATED = "stated", "Said by the person"
    EDITED = "edited", "Edited by hand"


class ZoneOrigin(models.TextChoices):
    """How we know a person's time zone, the surest first; an empty one is unknown, and the tenant's is assumed."""

    STATED = "stated", "Said by the person"
    EDITED = "edited", "Edited by hand"
    CITY = "city", "From their city"
    COUNTRY = "country", "From their country"
    PHONE = "phone", "From their phone number"


class Warmth(models.IntegerChoices):
    """How much somebody has to do with us at present: a word for the engagement score (`talent.warmth`)."""

    DORMANT = 0, "Dormant"
    COOL = 1, "Cool"
    WARM = 2, "Warm"
    ENGAGED = 3, "Highly engaged"


class JobSearchStatus(models.TextChoices):
    """Whether somebody looks for work, with a date and the source of the claim beside it."""

    NOT_LOOKING = "not_looking", "Not looking"
    OPEN = "open", "Open to offers"
    LOOKING = "looking", "Looking actively"


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


class BanScope(models.TextChoices):
    """What a ban keeps us from."""

    ALL = "all", "All contact"
    MARKETING = "marketing", "Sequences and mailings only"
    CHANNEL = "channel", "One channel"


class OffLimitsKind(models.TextChoices):
    """How people who are off limits are recognised."""

    COMPANY = "company", "Company"
    DOMAIN = "domain", "Mail domain"


class OffLimitsStrength(models.TextChoices):
    """What being on the list does."""

    BLOCK = "block", "Nobody writes to them"
    WARN = "warn", "Warn before writing"


class ConsentPurpose(models.TextChoices):
    """What we want a person's data for."""

    CONTACT = "contact", "Write about jobs"
    NEWS = "news", "Send news and invitations"
    STORE = "store", "Keep the profile"


class LawfulBasis(models.TextChoices):
    """What makes it lawful (GDPR, article 6, paragraph 1)."""

    CONSENT = "consent", "Consent"
    LEGITIMATE_INTEREST = "legitimate_interest", "Legitimate interest"
    CONTRACT = "contract", "Contract, or steps before one"
    LEGAL_OBLIGATION = "legal_obligation", "Legal obligation"


class ConsentState(models.TextChoices):
    """What a person said."""

    GIVEN = "given", "Given"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REFUSED = "refused", "Refused"


class ConsentOrigin(models.TextChoices):
    """How a consent was obtained."""

    FORM = "form", "Form"
    PAPER = "paper", "On paper"
    EVENT = "event", "Signature at an event"
    IMPORT = "import", "Claimed by an import"
    PORTAL = "portal", "On their own page"
    REPLY = "reply", "In a reply"
    SPOKEN = "spoken", "Spoken, noted by a colleague"
    UNSUBSCRIBE = "unsubscribe", "Unsubscribe link"
    MERGE = "merge", "Merged with another record"


class JournalKind(models.TextChoices):
    """What a merge did to rows of a table."""

    MOVED = "moved", "Moved"
    CHANGED = "changed", "Changed"
    DROPPED = "dropped", "Dropped"
    ADDED = "added", "Added"
    HANDED = "handed", "Handed over"


class MembershipCause(models.TextChoices):
    """Why a segment membership began or ended."""

    RULE = "rule", "The rule changed"
    DATA = "data", "The person's data changed"
    TIME = "time", "Time passed"
    HAND = "hand", "By hand"


class Placing(models.TextChoices):
    """Where a colleague placed somebody, whatever a segment's rule says."""

    OUT = "out", "Left out"
    IN = "in", "Kept in"


# The steps of courtship that a new pool begins with.
DEFAULT_POOL_STAGES = ("New", "Reached out", "In conversation", "Ready for a job")


class PoolVisibility(models.TextChoices):
    """Who knows that a pool is there."""

    SHARED = "shared", "Everybody in the team"
    PERSONAL = "personal", "Only its owner"
    CONFIDENTIAL = "confidential", "Chosen colleagues"


class ProposalState(models.TextChoices):
    """What became of somebody whom a segment proposed for a pool."""

    WAITING = "waiting", "Unreviewed"
    ACCEPTED = "accepted", "Taken in"
    DECLINED = "declined", "Declined"


class SkillKind(models.TextChoices):
    """What sort of capability a skill is; languages are measured by CEFR, the others by SkillLevel."""

    TECHNICAL = "technical", "Technical"
    LANGUAGE = "language", "Language"
    DOMAIN = "domain", "Domain"
    SOFT = "soft", "Soft skill"
    CERTIFICATE = "certificate", "Certificate"


class SkillLevel(models.IntegerChoices):
    """How well somebody can do something; ordered, so that "at least advanced" can be asked."""

    BASIC = 1, "Basic"
    WORKING = 2, "Working knowledge"
    ADVANCED = 3, "Advanced"
    EXPERT = 4, "Expert"


class LanguageLevel(models.IntegerChoices):
    """Levels of the Common European Framework of Reference for Languages, and above them who grew up with one."""

    A1 = 1, "A1"
    A2 = 2, "A2"
    B1 = 3, "B1"
    B2 = 4, "B2"
    C1 = 5, "C1"
    C2 = 6, "C2"
    NATIVE = 7, "Native"


class FieldType(models.TextChoices):
    """What a custom field holds."""

    TEXT = "text", "Text"
    NUMBER = "number", "Number"
    DATE = "date", "Date"
    BOOLEAN = "boolean", "Yes or no"
    CHOICE = "choice", "One of a list"
    CHOICES = "choices", "Several of a list"
    URL = "url", "Web address"


class PointUse(models.TextChoices):
    """Where a contact point reaches somebody."""

    WORK = "work", "Work"
    PRIVATE = "private", "Private"


class PointChange(models.TextChoices):
    """What happened to a contact point."""

    ADDED = "added", "Added"
    CHANGED = "changed", "Changed"
    REMOVED = "removed", "Removed"
    PRIMARY = "primary", "Made the primary one"
    VERIFIED = "verified", "Verified"
    BOUNCED = "bounced", "Bounced"


class FactKind(models.TextChoices):
    """What a short dated statement about a person is."""

    FACT = "fact", "Fact"
    PROMISE = "promise", "Promise"
    QUESTION = "question", "Open question"


class Channel(models.TextChoices):
    """How a person likes to be reached."""

    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone call"
    TEXT = "text", "Text message"
    LINKEDIN = "linkedin", "LinkedIn"


class Address(models.TextChoices):
    """How a person likes to be addressed."""

    FIRST_NAME = "first_name", "By first name"
    FORMAL = "formal", "Formally"


class TouchKind(models.TextChoices):
    """Ways of contact that leave no message here: a colleague says that there was one."""

    CALL = "call", "Phone call"
    LINKEDIN = "linkedin", "LinkedIn message"
    MEETING = "meeting", "Meeting"


class TaskSource(models.TextChoices):
    """Why a task is there."""

    MANUAL = "manual", "By hand"
    SEQUENCE = "sequence", "From a sequence"
    PROMISE = "promise", "A promise"
    APPLICATION = "application", "From an application"


class PassageKind(models.TextChoices):
    """Where a passage was written."""

    PROFILE = "profile", "Profile"
    NOTE = "note", "Note"
    DOCUMENT = "document", "Document"
