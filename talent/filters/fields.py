"""The fields about people that `talent` itself knows."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pycountry
from django.db.models import QuerySet

from crm.models import Event, Member
from crm.tenancy.context import current_tenant_id
from talent.choices import ContactKind, RelationshipState
from talent.filters.catalogue import Choice, Field
from talent.identity import skill_key
from talent.models import ContactBan, ContactPoint, PoolMembership, Segment, SegmentMembership, Source, Tag, TalentPool

# Fields whose choices are rows of the tenant; beyond this many, the list is cut and the rest found by suggestion.
MAX_CHOICES = 2000


@functools.cache
def countries() -> list[Choice]:
    """ISO 3166-1 alpha-2 codes with their common English names."""
    named = [Choice(c.alpha_2, getattr(c, "common_name", c.name)) for c in pycountry.countries]
    return sorted(named, key=lambda c: c.label)


def _named(rows: QuerySet[Any]) -> list[Choice]:
    return [Choice(str(pk), name) for pk, name in rows.values_list("pk", "name")[:MAX_CHOICES]]


def tags() -> list[Choice]:
    return _named(Tag.objects.all())


def sources() -> list[Choice]:
    return _named(Source.objects.all())


def pools() -> list[Choice]:
    return _named(TalentPool.objects.all())


def segments() -> list[Choice]:
    return _named(Segment.objects.all())


def states() -> list[Choice]:
    return [Choice(value, label) for value, label in RelationshipState.choices]


def owners() -> list[Choice]:
    return [Choice(str(m.pk), m.user.display_name) for m in Member.objects.of_tenant(current_tenant_id())]


def mail_events(*kinds: str) -> Callable[[], QuerySet[Event]]:
    """Rows of the event log, by kind; the apps that publish them lie above, so they are known by name only."""
    return lambda: Event.objects.filter(kind__in=kinds, candidate_id__isnull=False)


def _emails() -> QuerySet[ContactPoint]:
    return ContactPoint.objects.emails().filter(bounced_at=None)


def _phones() -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(kind=ContactKind.PHONE)


def _mail(name: str, label: str, did: str, *kinds: str) -> Field:
    says = {
        "at_least": f"{did} at least {{times}} in the last {{days}}",
        "none_in_last": f"{did} no mail in the last {{days}}",
    }
    return Field(name, label, "events", says, rows=mail_events(*kinds))


def _contact(name: str, label: str, did: str) -> Field:
    says = {
        "in_last": f"{did} in the last {{days}}",
        "not_in_last": f"not {did} in the last {{days}}",
        "more_than_ago": f"last {did} before the last {{days}}",
        "on_or_after": f"last {did} on or after {{date}}",
        "before": f"last {did} before {{date}}",
        "is_empty": f"never {did}",
        "is_not_empty": f"{did} at least once",
    }
    return Field(name, label, "moment", says, column=f"{name}_at")


TALENT_FIELDS = (
    Field(
        "skill",
        "Skill",
        "keys",
        {
            "is_any_of": "with {or}",
            "is_all_of": "with {and}",
            "is_none_of": "without {or}",
            "is_empty": "without any skill on record",
            "is_not_empty": "with some skill on record",
        },
        column="skill_keys",
        suggest="skills",
        normal=skill_key,
    ),
    Field(
        "tag",
        "Tag",
        "keys",
        {
            "is_any_of": "tagged {or}",
            "is_all_of": "tagged {and}",
            "is_none_of": "not tagged {or}",
            "is_empty": "without tags",
            "is_not_empty": "with some tag",
        },
        column="tag_ids",
        choices=tags,
        ids=True,
    ),
    Field(
        "title",
        "Current title",
        "words",
        {
            "contains": "whose title contains {text}",
            "contains_any": "whose title contains {quoted or}",
            "contains_none": "whose title does not contain {quoted or}",
            "is_empty": "without a title on record",
            "is_not_empty": "with a title on record",
        },
        column="current_title",
    ),
    Field(
        "country",
        "Country",
        "choice",
        {
            "is_any_of": "in {or}",
            "is_none_of": "outside {or}",
            "is_empty": "whose country is unknown",
            "is_not_empty": "whose country is known",
        },
        column="country",
        choices=countries,
    ),
    Field(
        "state",
        "State",
        "choice",
        {"is_any_of": "in the state {quoted or}", "is_none_of": "not in the state {quoted or}"},
        column="state",
        choices=states,
    ),
    Field(
        "source",
        "Source",
        "choice",
        {
            "is_any_of": "from the source {quoted or}",
            "is_none_of": "not from the source {quoted or}",
            "is_empty": "whose source is unknown",
            "is_not_empty": "whose source is known",
        },
        column="source_id",
        choices=sources,
        ids=True,
    ),
    Field(
        "owner",
        "Owner",
        "choice",
        {
            "is_any_of": "owned by {or}",
            "is_none_of": "not owned by {or}",
            "is_empty": "without an owner",
            "is_not_empty": "with an owner",
        },
        column="owner_id",
        choices=owners,
        ids=True,
    ),
    _contact("last_contacted", "Last contacted by us", "contacted"),
    _contact("last_replied", "Last reply to us", "heard from"),
    Field(
        "created",
        "Added",
        "moment",
        {
            "in_last": "added in the last {days}",
            "more_than_ago": "added before the last {days}",
            "on_or_after": "added on or after {date}",
            "before": "added before {date}",
        },
        column="created_at",
    ),
    Field(
        "email",
        "Working e-mail address",
        "flag",
        {"is_true": "with a working e-mail address", "is_false": "without a working e-mail address"},
        rows=_emails,
    ),
    Field(
        "phone",
        "Phone number",
        "flag",
        {"is_true": "with a phone number", "is_false": "without a phone number"},
        rows=_phones,
    ),
    Field(
        "do_not_contact",
        "Do not contact",
        "flag",
        {"is_true": "who must not be contacted", "is_false": "who may be contacted"},
        rows=lambda: ContactBan.objects.in_force(),
    ),
    Field(
        "pool",
        "Talent pool",
        "membership",
        {
            "is_any_of": "in the pool {quoted or}",
            "is_none_of": "not in the pool {quoted or}",
            "is_empty": "in no pool",
            "is_not_empty": "in some pool",
        },
        rows=lambda: PoolMembership.objects.all(),
        key="pool_id",
        choices=pools,
        ids=True,
    ),
    Field(
        "segment",
        "Segment",
        "membership",
        {"is_any_of": "in the segment {quoted or}", "is_none_of": "not in the segment {quoted or}"},
        rows=lambda: SegmentMembership.objects.current(),
        key="segment_id",
        choices=segments,
        ids=True,
    ),
    _mail("mail_sent", "Mails sent to them", "who were sent", "message_sent"),
    _mail("mail_opened", "Mails they opened", "who opened", "message_opened"),
    _mail("mail_clicked", "Mails they clicked in", "who clicked in", "message_clicked"),
    _mail("mail_replied", "Mails they wrote", "who wrote", "message_received"),
    _mail("mail_bounced", "Mails that bounced", "who had bounces of", "message_bounced"),
)
