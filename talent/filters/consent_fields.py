"""The fields about consent, bans and what is off limits."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat, Now

from talent.choices import BanScope, Channel, ConsentPurpose, ConsentState
from talent.filters.catalogue import Choice, Field
from talent.models import ConsentRecord, ContactBan
from talent.services import off_limits

WINDOWS = {"14": "within 14 days", "30": "in 15 to 30 days", "60": "in 31 to 60 days", "90": "in 61 to 90 days"}


def _purposes() -> list[Choice]:
    return [Choice(value, str(label)) for value, label in ConsentPurpose.choices]


def _scopes() -> list[Choice]:
    return [Choice(value, str(label)) for value, label in BanScope.choices]


def _ends() -> list[Choice]:
    return [
        Choice(f"{purpose}:{days}", f"{label}: {words}")
        for purpose, label in ConsentPurpose.choices
        for days, words in WINDOWS.items()
    ]


def _given(channel: str = Channel.EMAIL) -> QuerySet[Any]:
    newest = ConsentRecord.objects.newest(channel)
    return newest.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), state=ConsentState.GIVEN)


def _denied(channel: str = Channel.EMAIL) -> QuerySet[Any]:
    return ConsentRecord.objects.newest(channel).exclude(state=ConsentState.GIVEN)


def _ending() -> QuerySet[Any]:
    """Consents that hold and run out within 90 days; `window` is the purpose and the first window they fall into."""
    near = [When(expires_at__lte=Now() + timedelta(days=int(d)), then=Value(d)) for d in WINDOWS]
    window = Case(*near, default=Value(""), output_field=CharField())
    named = Concat(F("purpose"), Value(":"), window, output_field=CharField())
    return _given().filter(expires_at__lte=Now() + timedelta(days=90)).annotate(window=named)


def _on(channel: str, label: str, by: str) -> tuple[Field, Field]:
    """What was said of one channel, or of all of them: the newer word of the two holds."""
    given = {
        "is_any_of": f"whose consent to {by} holds for {{quoted or}}",
        "is_none_of": f"without consent to {by} for {{quoted or}}",
        "is_empty": f"without any consent to {by}",
        "is_not_empty": f"with some consent to {by}",
    }
    denied = {
        "is_any_of": f"who said no to {by} for {{quoted or}}",
        "is_none_of": f"who did not say no to {by} for {{quoted or}}",
        "is_empty": f"who did not say no to {by}",
        "is_not_empty": f"who said no to {by} for something",
    }
    more: dict[str, Any] = {"column": "purpose", "choices": _purposes, "group": "Contact"}
    return (
        Field(f"consent_{channel}", f"Consent given: {label}", "choice", given, rows=partial(_given, channel), **more),
        Field(
            f"consent_denied_{channel}",
            f"Consent withdrawn or refused: {label}",
            "choice",
            denied,
            rows=partial(_denied, channel),
            **more,
        ),
    )


# What mails need is asked by `consent` and `consent_denied`.
BY_CHANNEL = (
    *_on(Channel.PHONE, "phone calls", "phone calls"),
    *_on(Channel.TEXT, "text messages", "text messages"),
    *_on(Channel.LINKEDIN, "LinkedIn", "messages on LinkedIn"),
)

CONSENT_FIELDS = (
    Field(
        "consent",
        "Consent given: e-mail",
        "choice",
        {
            "is_any_of": "whose consent holds for {quoted or}",
            "is_none_of": "without consent for {quoted or}",
            "is_empty": "without any consent",
            "is_not_empty": "with some consent",
        },
        rows=_given,
        column="purpose",
        choices=_purposes,
        group="Contact",
    ),
    Field(
        "consent_denied",
        "Consent withdrawn or refused: e-mail",
        "choice",
        {
            "is_any_of": "who said no to {quoted or}",
            "is_none_of": "who did not say no to {quoted or}",
            "is_empty": "who said no to nothing",
            "is_not_empty": "who said no to something",
        },
        rows=_denied,
        column="purpose",
        choices=_purposes,
        group="Contact",
    ),
    Field(
        "consent_ends",
        "Consent runs out: e-mail",
        "choice",
        {
            "is_any_of": "whose consent runs out: {quoted or}",
            "is_none_of": "whose consent does not run out: {quoted or}",
            "is_not_empty": "whose consent runs out within 90 days",
            "is_empty": "whose consent does not run out within 90 days",
        },
        rows=_ending,
        column="window",
        choices=_ends,
        timed=True,
        group="Contact",
    ),
    *BY_CHANNEL,
    Field(
        "ban",
        "Do not contact",
        "choice",
        {
            "is_any_of": "banned from {quoted or}",
            "is_none_of": "not banned from {quoted or}",
            "is_empty": "without any ban",
            "is_not_empty": "with some ban",
        },
        rows=lambda: ContactBan.objects.in_force(),
        column="scope",
        choices=_scopes,
        group="Contact",
    ),
    Field(
        "off_limits",
        "Company off limits",
        "flag",
        {"is_true": "whose company or mail domain is off limits", "is_false": "whose company is not off limits"},
        rows=off_limits.people,
        group="Contact",
    ),
)
