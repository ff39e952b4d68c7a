"""Whether opens and clicks are counted: by workspace, by country, by person; and on whose domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe

from django.conf import settings
from django.db import transaction

from crm import safe_http
from crm.actors import Actor
from crm.safe_hosts import RequestError
from crm.services import audit
from outreach.models import OutboundMessage, TrackingPolicy, Uncounted
from talent.models import Candidate


@dataclass(frozen=True)
class Counting:
    """What holds for one message: is anything counted, and the address that its links begin with."""

    is_on: bool = True
    base: str = ""


def policy() -> TrackingPolicy:
    """The policy in force; the defaults where nobody has changed it."""
    return TrackingPolicy.objects.first() or TrackingPolicy()


def base_of(rules: TrackingPolicy) -> str:
    """Where counted links lead: the tenant's own domain once it was seen to lead to us."""
    return f"https://{rules.domain}" if rules.domain and rules.domain_seen_at else settings.BASE_URL


def _allows(rules: TrackingPolicy, candidate: Candidate) -> bool:
    return rules.is_on and candidate.country not in rules.countries_off


def allows(candidate: Candidate) -> bool:
    """Whether what this person opens and follows may be counted."""
    return _allows(policy(), candidate) and not Uncounted.objects.filter(candidate=candidate).exists()


def gather(messages: Sequence[OutboundMessage]) -> None:
    """Find out for a batch, in two queries; their candidates are loaded."""
    rules = policy()
    base = base_of(rules)
    people = {one.candidate_id for one in messages}
    off = set(Uncounted.objects.filter(candidate__in=people).values_list("candidate_id", flat=True))
    for one in messages:
        one.counting = Counting(_allows(rules, one.candidate) and one.candidate_id not in off, base)


def of(message: OutboundMessage) -> Counting:
    """What holds for a message, alone or in its batch."""
    if message.counting is None:
        gather([message])
    assert message.counting is not None
    return message.counting


def is_counted(candidate: Candidate) -> bool:
    """Whether nobody said that this person must not be counted."""
    return not Uncounted.objects.filter(candidate=candidate).exists()


def is_off_by_themselves(candidate: Candidate) -> bool:
    """Whether they switched it off themselves."""
    return Uncounted.objects.filter(candidate=candidate, is_own_word=True).exists()


@transaction.atomic
def count(*, candidate: Candidate, is_on: bool, by: Actor) -> None:
    """Count this person's opens and clicks, or no longer; holds for mails that were sent as well.

    What they said themselves stands until they say otherwise: a colleague changes nothing of it.
    """
    is_own = by.kind == "candidate"
    if is_on:
        rows = Uncounted.objects.filter(candidate=candidate)
        changed = bool((rows if is_own else rows.filter(is_own_word=False)).delete()[0])
    else:
        said = {"said_by": by.label[:120], "is_own_word": is_own}
        row, changed = Uncounted.objects.get_or_create(candidate=candidate, defaults=said)
        changed = changed or (is_own and not row.is_own_word)
        Uncounted.objects.filter(pk=row.pk, is_own_word=False).update(is_own_word=is_own)
    if changed:
        audit.record(
            action="tracking.person_on" if is_on else "tracking.person_off",
            by=by,
            object_type="talent.candidate",
            object_id=candidate.pk,
        )


@transaction.atomic
def change(*, is_on: bool, countries_off: Sequence[str], domain: str, by: Actor) -> TrackingPolicy:
    """Put a policy in force. A new domain counts once `look_at_domain` saw it."""
    TrackingPolicy.objects.get_or_create()
    rules = TrackingPolicy.objects.select_for_update().get()
    if rules.domain != domain:
        rules.domain, rules.domain_seen_at = domain, None
    rules.is_on, rules.countries_off = is_on, sorted(set(countries_off))
    rules.save()
    facts = {"is_on": is_on, "countries_off": rules.countries_off, "domain": domain}
    audit.record(
        action="tracking.change", by=by, object_type="outreach.trackingpolicy", object_id=rules.pk, facts=facts
    )
    return rules


def look_at_domain(*, rules: TrackingPolicy, now: datetime) -> str:
    """Ask the domain for our picture; returns "" when it came, or what is wrong, in a sentence."""
    if not rules.domain:
        return "Enter a domain first."
    try:
        answer = safe_http.request("GET", f"https://{rules.domain}/t/o/{token_urlsafe(8)}.gif")
    except RequestError as error:
        return str(error)
    if not (answer.ok and answer.headers.get("content-type", "").startswith("image/gif")):
        return f"{rules.domain} does not lead to this installation."
    rules.domain_seen_at = now
    rules.save(update_fields=["domain_seen_at"])
    return ""
