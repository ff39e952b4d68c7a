"""Companies and domains that are off limits, and who is concerned; exceptions for one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, F, Func, Q, QuerySet, TextField, Value

from crm import events
from crm.actors import Actor
from crm.services import audit
from talent.choices import OffLimitsKind
from talent.events import CANDIDATE_CHANGED
from talent.models import Candidate, ContactException, ContactPoint, FencedCandidate, OffLimitsCompany

LONGEST_EXCEPTION = timedelta(days=30)
PLAIN_COMPANY = Func(F("current_company"), function="app.plain", output_field=TextField())
DOMAIN = Func(F("normal"), Value("@"), Value(2), function="split_part", output_field=TextField())


class NotOffLimits(ValueError):
    """What was to be put off limits, or allowed, makes no sense; the message says why."""


def _plain(values: Collection[str]) -> dict[str, str]:
    """Without case and accents, as the database sees it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT v, app.plain(v) FROM unnest(%s::text[]) AS v", [list(values)])
        return dict(cursor.fetchall())


def normal(kind: str, value: str) -> str:
    """The form that equality is judged by. Raises NotOffLimits."""
    cleaned = " ".join(value.split())
    if kind == OffLimitsKind.DOMAIN:
        cleaned = cleaned.lower().removeprefix("https://").removeprefix("http://").split("/")[0]
        cleaned = cleaned.rpartition("@")[2].removeprefix("www.").strip(".")
        if "." not in cleaned or " " in cleaned:
            raise NotOffLimits("Write a domain such as example.com.")
        return cleaned
    if not cleaned:
        raise NotOffLimits("Write the name of a company.")
    return _plain([cleaned])[cleaned]


def listing(now: datetime) -> list[OffLimitsCompany]:
    """What is off limits now."""
    return list(OffLimitsCompany.objects.in_force(now))


@transaction.atomic
def add(*, kind: str, value: str, reason: str, until: datetime | None, by: Actor, now: datetime) -> OffLimitsCompany:
    """Put a company or domain off limits. What is on the list already gets the new reason. Raises NotOffLimits."""
    if until is not None and until <= now:
        raise NotOffLimits("This end lies in the past.")
    if not reason.strip():
        raise NotOffLimits("Say why, so that colleagues understand.")
    key = normal(kind, value)
    shown = key if kind == OffLimitsKind.DOMAIN else " ".join(value.split())
    row, _ = OffLimitsCompany.objects.update_or_create(
        kind=OffLimitsKind(kind),
        normal=key[:200],
        lifted_at=None,
        defaults={"value": shown[:200], "reason": reason.strip()[:300], "until": until, "added_by": by.label[:120]},
    )
    audit.record(action="off_limits.add", by=by, object_type="talent.offlimitscompany", object_id=row.pk)
    return row


@transaction.atomic
def lift(*, row: OffLimitsCompany, by: Actor, now: datetime) -> None:
    """Take it off the list; it stays in the record."""
    if row.lifted_at is None:
        row.lifted_at, row.lifted_by = now, by.label[:120]
        row.save(update_fields=["lifted_at", "lifted_by"])
        audit.record(action="off_limits.lift", by=by, object_type="talent.offlimitscompany", object_id=row.pk)


@transaction.atomic
def restore(*, row: OffLimitsCompany, by: Actor) -> None:
    """Put back what was lifted a moment ago; nothing happens when it is on the list again already."""
    again = OffLimitsCompany.objects.filter(kind=row.kind, normal=row.normal, lifted_at=None).exists()
    if row.lifted_at is not None and not again:
        row.lifted_at, row.lifted_by = None, ""
        row.save(update_fields=["lifted_at", "lifted_by"])
        audit.record(action="off_limits.add", by=by, object_type="talent.offlimitscompany", object_id=row.pk)


# --- who is concerned


def _above(domain: str) -> list[str]:
    """A domain and those above it: mail.acme.example, acme.example."""
    parts = domain.lower().split(".")
    return [".".join(parts[i:]) for i in range(max(1, len(parts) - 1))]


def concerning(
    *, companies: Mapping[UUID, str], addresses: Mapping[UUID, str], now: datetime
) -> dict[UUID, OffLimitsCompany]:
    """{person: what keeps us from them}, from their current company and mail address; one query and a rewriting."""
    rows = {(r.kind, r.normal): r for r in OffLimitsCompany.objects.in_force(now)}
    if not rows:
        return {}
    plain = _plain({c for c in companies.values() if c})
    found: dict[UUID, OffLimitsCompany] = {}
    for person, address in addresses.items():
        hit = next(
            (rows[k] for d in _above(address.rpartition("@")[2]) if (k := (OffLimitsKind.DOMAIN, d)) in rows), None
        )
        if hit is not None:
            found[person] = hit
    for person, company in companies.items():
        hit = rows.get((OffLimitsKind.COMPANY, plain.get(" ".join(company.split()), plain.get(company, ""))))
        if hit is not None:
            found[person] = hit
    return found


def _below(domains: Collection[str]) -> Q:
    """The domain is one of these, or below one."""
    found = Q(pk__in=[])
    for domain in domains:
        found |= Q(domain=domain) | Q(domain__endswith=f".{domain}")
    return found


def _mail_at(domains: Collection[str]) -> QuerySet[ContactPoint]:
    mail = ContactPoint.objects.emails().annotate(domain=DOMAIN)
    return mail.filter(_below(domains))


def people() -> QuerySet[FencedCandidate]:
    """Everybody who is off limits now, as rows with a `candidate_id`: what the filter looks people up in."""
    listed = list(OffLimitsCompany.objects.in_force())
    names = [r.normal for r in listed if r.kind == OffLimitsKind.COMPANY]
    mail = _mail_at([r.normal for r in listed if r.kind == OffLimitsKind.DOMAIN])
    return FencedCandidate.objects.annotate(candidate_id=F("pk"), plain_company=PLAIN_COMPANY).filter(
        Q(plain_company__in=names) | Q(pk__in=mail.values("candidate_id"))
    )


def counts(now: datetime) -> dict[UUID, int]:
    """{row: how many people it concerns}, in two queries."""
    rows = listing(now)
    names = {r.normal: r.pk for r in rows if r.kind == OffLimitsKind.COMPANY}
    counted: dict[UUID, int] = defaultdict(int)
    plain = FencedCandidate.objects.annotate(plain_company=PLAIN_COMPANY).filter(plain_company__in=list(names))
    for name, number in plain.values_list("plain_company").annotate(number=Count("pk")):
        counted[names[name]] += number
    domains = {r.normal: r.pk for r in rows if r.kind == OffLimitsKind.DOMAIN}
    points: QuerySet[Any] = _mail_at(list(domains))
    for domain, number in points.values_list("domain").annotate(number=Count("candidate", distinct=True)):
        for above in _above(domain):
            if above in domains:
                counted[domains[above]] += number
    return dict(counted)


# --- exceptions


@transaction.atomic
def except_person(*, candidate: Candidate, reason: str, until: datetime, by: Actor, now: datetime) -> ContactException:
    """Allow writing to one person in spite of our own bans, for 30 days at most. Raises NotOffLimits.

    The door asks for the role; what the person said themselves is never overridden.
    """
    if not reason.strip():
        raise NotOffLimits("Say why this person may be written to all the same.")
    if not now < until <= now + LONGEST_EXCEPTION:
        raise NotOffLimits("An exception lasts 30 days at most.")
    row = ContactException.objects.create(
        candidate=candidate, reason=reason.strip()[:300], until=until, granted_by=by.label[:120]
    )
    audit.record(
        action="contact.except",
        by=by,
        object_type="talent.candidate",
        object_id=candidate.pk,
        facts={"until": until.isoformat()},
    )
    _told(candidate.pk, by, now)
    return row


@transaction.atomic
def end_exception(*, row: ContactException, by: Actor, now: datetime) -> None:
    """What was allowed for a while is over."""
    if row.ended_at is None:
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        audit.record(action="contact.end_exception", by=by, object_type="talent.candidate", object_id=row.candidate_id)
        _told(row.candidate_id, by, now)


def _told(candidate_id: UUID, by: Actor, now: datetime) -> None:
    data = {"fields": ["contact_exception"]}
    events.publish(CANDIDATE_CHANGED, candidate=candidate_id, occurred_at=now, actor=by, data=data)


def exceptions(people: Collection[UUID], now: datetime) -> dict[UUID, ContactException]:
    """{person: the exception in force}, the longest when there are several."""
    rows = ContactException.objects.in_force(now).filter(candidate_id__in=people).order_by("until")
    return {row.candidate_id: row for row in rows}
