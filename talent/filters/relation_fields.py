"""The fields about how we stand with people: contact, groups, what was written, mails."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet

from crm.models import Event
from talent.choices import BanReason, ContactKind, DocumentKind, Warmth
from talent.filters import catalogue, options, phrases
from talent.filters.catalogue import Field
from talent.filters.clock import Clock
from talent.models import (
    ContactBan,
    ContactPoint,
    Document,
    Note,
    PoolMembership,
    SegmentMembership,
    SourceTouch,
)
from talent.services import engagement
from talent.warmth import Weights

CONTACT, GROUPS, TEXTS, MAIL = "Contact", "Groups", "Notes and documents", "Mails"


def mail_events(*kinds: str) -> Callable[[], QuerySet[Event]]:
    """Rows of the event log, by kind; the apps that publish them lie above, so they are known by name only."""
    return lambda: Event.objects.filter(kind__in=kinds, candidate_id__isnull=False)


def _emails() -> QuerySet[ContactPoint]:
    return ContactPoint.objects.emails().filter(bounced_at=None)


def _phones() -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(kind=ContactKind.PHONE)


def _mail(name: str, label: str, did: str, *kinds: str) -> Field:
    says = phrases.often(did, "mail")
    return Field(name, label, "events", says, rows=mail_events(*kinds), unit="mail", group=MAIL)


def _contact(name: str, label: str, did: str) -> Field:
    says = phrases.moment(did, f"last {did}", never=f"never {did}", ever=f"{did} at least once")
    return Field(name, label, "moment", says, column=f"{name}_at", group=CONTACT)


CONTACTS = (
    Field(
        "state",
        "State",
        "choice",
        phrases.choice("in the state {quoted or}", "not in the state {quoted or}"),
        column="state",
        choices=options.states,
        group=CONTACT,
    ),
    Field(
        "source",
        "Source",
        "choice",
        phrases.choice(
            "from the source {quoted or}",
            "not from the source {quoted or}",
            "whose source is unknown",
            "whose source is known",
        ),
        column="source_id",
        choices=options.sources,
        ids=True,
        group=CONTACT,
    ),
    Field(
        "any_source",
        "Came again from",
        "choice",
        phrases.choice(
            "who came again from the source {quoted or}",
            "who did not come again from the source {quoted or}",
            "who came once",
            "who came more than once",
        ),
        rows=lambda: SourceTouch.objects.all(),
        column="source_id",
        choices=options.sources,
        ids=True,
        group=CONTACT,
    ),
    Field(
        "owner",
        "Owner",
        "choice",
        phrases.choice("owned by {or}", "not owned by {or}", "without an owner", "with an owner"),
        column="owner_id",
        choices=options.owners,
        ids=True,
        group=CONTACT,
    ),
    _contact("last_contacted", "Last contacted by us", "contacted"),
    _contact("last_replied", "Last reply to us", "heard from"),
    _contact("last_two_way", "Last two-way contact", "in two-way contact"),
    Field("created", "Added", "moment", phrases.moment("added", "added"), column="created_at", group=CONTACT),
    Field(
        "updated", "Changed", "moment", phrases.moment("changed", "last changed"), column="updated_at", group=CONTACT
    ),
    Field(
        "email",
        "Working e-mail address",
        "flag",
        {"is_true": "with a working e-mail address", "is_false": "without a working e-mail address"},
        rows=_emails,
        group=CONTACT,
    ),
    Field(
        "address",
        "E-mail address",
        "words",
        phrases.rows_of_text(
            "with an e-mail address",
            "without an e-mail address",
            missing="without any e-mail address",
            there="with some e-mail address",
        ),
        rows=lambda: ContactPoint.objects.emails(),
        column="normal",
        group=CONTACT,
    ),
    Field(
        "phone",
        "Phone number",
        "flag",
        {"is_true": "with a phone number", "is_false": "without a phone number"},
        rows=_phones,
        group=CONTACT,
    ),
    Field(
        "do_not_contact",
        "Do not contact",
        "flag",
        {"is_true": "who must not be contacted", "is_false": "who may be contacted"},
        rows=lambda: ContactBan.objects.in_force().on_everything(),
        group=CONTACT,
    ),
    Field(
        "ban_reason",
        "Reason not to contact",
        "choice",
        phrases.choice("banned because {quoted or}", "not banned because {quoted or}"),
        rows=lambda: ContactBan.objects.in_force(),
        column="reason",
        choices=lambda: options.listed(BanReason),
        group=CONTACT,
    ),
)


def _weights() -> Weights:
    return catalogue.remembered("engagement weights", engagement.current)


def _growth(clock: Clock) -> float:
    """What a point weighs today: scores fade, and so rules about them are judged at the day's beginning."""
    return _weights().growth(clock.midnight(clock.today))


def _steps(clock: Clock) -> list[float]:
    weights, at = _weights(), clock.midnight(clock.today)
    return [weights.bound(level, at) for level in list(Warmth)[1:]]


ENGAGED = (
    Field(
        "warmth",
        "Warmth",
        "scale",
        {
            "is_any_of": "whose warmth is {quoted or}",
            "is_none_of": "whose warmth is not {quoted or}",
            "at_least": "whose warmth is at least “{value}”",
            "at_most": "whose warmth is at most “{value}”",
        },
        column="engagement",
        choices=lambda: options.listed(Warmth),
        steps=_steps,
        timed=True,
        group=CONTACT,
    ),
    Field(
        "engagement",
        "Engagement score",
        "number",
        {
            "ge": "with an engagement score of at least {number}",
            "lt": "with an engagement score below {number}",
            "between": "with an engagement score between {range}",
        },
        column="engagement",
        bound=lambda score, clock: score * _growth(clock),
        shown=lambda kept, clock: round(kept / _growth(clock), 1),
        timed=True,
        group=CONTACT,
    ),
)

GROUPED = (
    Field(
        "pool",
        "Talent pool",
        "choice",
        phrases.choice(
            "in the pool {quoted or}",
            "not in the pool {quoted or}",
            "in no pool",
            "in some pool",
            "in the pools {quoted and}",
        ),
        rows=lambda: PoolMembership.objects.all(),
        column="pool_id",
        choices=options.pools,
        ids=True,
        group=GROUPS,
    ),
    Field(
        "pool_stage",
        "Stage in a pool",
        "choice",
        phrases.choice("in a pool at the stage {quoted or}", "in no pool at the stage {quoted or}"),
        rows=lambda: PoolMembership.objects.all(),
        column="stage_id",
        choices=options.pool_stages,
        groups=options.stages_by_name,
        group=GROUPS,
    ),
    Field(
        "segment",
        "Segment",
        "choice",
        phrases.choice(
            "in the segment {quoted or}",
            "not in the segment {quoted or}",
            every="in the segments {quoted and}",
        ),
        rows=lambda: SegmentMembership.objects.current(),
        column="segment_id",
        choices=options.segments,
        ids=True,
        group=GROUPS,
    ),
    Field(
        "bucket",
        "Random share",
        "share",
        {
            "drawn": "among the {percent} drawn for {experiment}",
            "not_drawn": "not among the {percent} drawn for {experiment}",
        },
        group=GROUPS,
    ),
)

WRITTEN = (
    Field(
        "note",
        "Notes",
        "words",
        phrases.long_text(
            "with a note that says", "without a note that says", missing="without notes", there="with a note"
        ),
        rows=lambda: Note.objects.open_to_all(),
        column="text",
        is_long=True,
        group=TEXTS,
    ),
    Field(
        "document",
        "Words of documents",
        "words",
        phrases.long_text(
            "with a document that says",
            "without a document that says",
            missing="without a readable document",
            there="with a readable document",
        ),
        rows=lambda: Document.objects.current(),
        column="text",
        is_long=True,
        group=TEXTS,
    ),
    Field(
        "document_kind",
        "Documents",
        "choice",
        phrases.choice(
            "with the document {quoted or}", "without the document {quoted or}", "without documents", "with a document"
        ),
        rows=lambda: Document.objects.current(),
        column="kind",
        choices=lambda: options.listed(DocumentKind),
        group=TEXTS,
    ),
)

MAILS = (
    _mail("mail_sent", "Mails sent to them", "who were sent", "message_sent"),
    _mail("mail_delivered", "Mails that were delivered to them", "to whom were delivered", "message_delivered"),
    _mail("mail_opened", "Mails they opened", "who opened", "message_opened"),
    _mail("mail_clicked", "Mails they clicked in", "who clicked in", "message_clicked"),
    _mail("mail_replied", "Mails they wrote", "who wrote", "message_received"),
    _mail("mail_bounced", "Mails that bounced", "who had bounces of", "message_bounced"),
)

RELATION_FIELDS = (*CONTACTS, *ENGAGED, *GROUPED, *WRITTEN, *MAILS)
