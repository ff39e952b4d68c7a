"""Companies and domains that are off limits, and who is concerned; exceptions for one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Concat

from crm import events
from crm.actors import Actor
from crm.services import audit
from crm.unseen import drawn, one_line
from talent.choices import OffLimitsKind, OffLimitsStrength
from talent.events import CANDIDATE_CHANGED
from talent.models import Candidate, ContactException, ContactPoint, Employment, FencedCandidate, OffLimitsCompany
from talent.services import field_changes

LONGEST_EXCEPTION = timedelta(days=30)
PLAIN_COMPANY = Func(F("current_company"), function="app.plain", output_field=TextField())
PLAIN_EMPLOYER = Func(F("company"), function="app.plain", output_field=TextField())
DOMAIN = Func(F("normal"), Value("@"), Value(2), function="split_part", output_field=TextField())


class NotOffLimits(ValueError):
    """What was to be put off limits, or allowed, makes no sense; the message says why."""


@dataclass(frozen=True)
class Rules:
    """Why, how strictly, whether for whoever worked there before too, and until when (None: until it is lifted)."""

    reason: str
    until: datetime | None = None
    strength: str = OffLimitsStrength.BLOCK
    also_past: bool = False


def _plain(values: Collection[str]) -> dict[str, str]:
    """Without case and accents, as the database sees it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT v, app.plain(v) FROM unnest(%s::text[]) AS v", [list(values)])
        return dict(cursor.fetchall())


def normal(kind: str, value: str) -> str:
    """The form that equality is judged by. Raises NotOffLimits."""
    cleaned = one_line(value)
    if kind == OffLimitsKind.DOMAIN:
        cleaned = drawn(cleaned).lower().removeprefix("https://").removeprefix("http://").split("/")[0]
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


def overview(now: datetime) -> list[tuple[OffLimitsCompany, int]]:
    """What is off limits now, each with how many people it concerns."""
    concerned = counts(now)
    return [(row, concerned.get(row.pk, 0)) for row in listing(now)]


@transaction.atomic
def add(
    *,
    kind: str,
    value: str,
    reason: str,
    until: datetime | None,
    by: Actor,
    now: datetime,
    strength: str = OffLimitsStrength.BLOCK,
    also_past: bool = False,
) -> OffLimitsCompany:
    """Put a company or domain off limits. What is on the list already gets the new rules. Raises NotOffLimits."""
    key = normal(kind, value)
    shown = key if kind == OffLimitsKind.DOMAIN else one_line(value)
    said = _checked(kind, Rules(reason, until, strength, also_past), now)
    row, _ = OffLimitsCompany.objects.update_or_create(
        kind=OffLimitsKind(kind),
        normal=key[:200],
        lifted_at=None,
        defaults={"value": shown[:200], "added_by": by.label[:120], **said},
    )
    _record("off_limits.add", row, by)
    return row


@transaction.atomic
def change(*, row: OffLimitsCompany, rules: Rules, by: Actor, now: datetime) -> OffLimitsCompany:
    """Change what holds for an entry that is on the list. Raises NotOffLimits."""
    if row.lifted_at is not None:
        raise NotOffLimits("This was taken off the list. Put it back first.")
    said = _checked(row.kind, rules, now)
    for name, value in said.items():
        setattr(row, name, value)
    row.save(update_fields=list(said))
    _record("off_limits.change", row, by)
    return row


def _record(action: str, row: OffLimitsCompany, by: Actor) -> None:
    """Tell the audit log, and the segments that ask who is off limits."""
    audit.record(action=action, by=by, object_type="talent.offlimitscompany", object_id=row.pk)
    field_changes.tell("off_limits", by=by)


def _checked(kind: str, rules: Rules, now: datetime) -> dict[str, Any]:
    """The columns that rules become. A domain says nothing of earlier employers."""
    if rules.until is not None and rules.until <= now:
        raise NotOffLimits("This end lies in the past.")
    if not rules.reason.strip():
        raise NotOffLimits("Say why, so that colleagues understand.")
    return {
        "reason": rules.reason.strip()[:300],
        "until": rules.until,
        "strength": OffLimitsStrength(rules.strength),
        "also_past": rules.also_past and kind == OffLimitsKind.COMPANY,
    }


@transaction.atomic
def lift(*, row: OffLimitsCompany, by: Actor, now: datetime) -> None:
    """Take it off the list; it stays in the record."""
    if row.lifted_at is None:
        row.lifted_at, row.lifted_by = now, by.label[:120]
        row.save(update_fields=["lifted_at", "lifted_by"])
        _record("off_limits.lift", row, by)


@transaction.atomic
def restore(*, row: OffLimitsCompany, by: Actor) -> None:
    """Put back what was lifted a moment ago; nothing happens when it is on the list again already."""
    again = OffLimitsCompany.objects.filter(kind=row.kind, normal=row.normal, lifted_at=None).exists()
    if row.lifted_at is not None and not again:
        row.lifted_at, row.lifted_by = None, ""
        row.save(update_fields=["lifted_at", "lifted_by"])
        _record("off_limits.add", row, by)


# --- who is concerned


def _above(domain: str) -> list[str]:
    """A domain and those above it: mail.acme.example, acme.example."""
    parts = domain.lower().split(".")
    return [".".join(parts[i:]) for i in range(max(1, len(parts) - 1))]


Listed = Mapping[tuple[str, str], OffLimitsCompany]
Hit = tuple[UUID, OffLimitsCompany]


def concerning(
    *, companies: Mapping[UUID, str], addresses: Mapping[UUID, str], now: datetime
) -> dict[UUID, OffLimitsCompany]:
    """{person: the strictest entry about them}, from employer and mail address.

    Two queries; a third when earlier employers count.
    """
    rows = {(r.kind, r.normal): r for r in OffLimitsCompany.objects.in_force(now)}
    if not rows:
        return {}
    hits = [*_by_past(companies, rows), *_by_address(addresses, rows), *_by_company(companies, rows)]
    found: dict[UUID, OffLimitsCompany] = {}
    for person, row in hits:
        if person not in found or row.blocks >= found[person].blocks:
            found[person] = row
    return found


def _by_address(addresses: Mapping[UUID, str], rows: Listed) -> Iterator[Hit]:
    for person, address in addresses.items():
        for domain in _above(address.rpartition("@")[2]):
            if row := rows.get((OffLimitsKind.DOMAIN, domain)):
                yield person, row


def _by_company(companies: Mapping[UUID, str], rows: Listed) -> Iterator[Hit]:
    plain = _plain({one_line(c) for c in companies.values() if c})
    for person, company in companies.items():
        if row := rows.get((OffLimitsKind.COMPANY, plain.get(one_line(company), ""))):
            yield person, row


def _by_past(people: Collection[UUID], rows: Listed) -> Iterator[Hit]:
    names = {row.normal: row for row in rows.values() if row.also_past}
    if names:
        jobs = _worked_at(list(names)).filter(candidate_id__in=list(people))
        for person, name in jobs.values_list("candidate_id", "plain"):
            yield person, names[name]


def _worked_at(names: Collection[str]) -> QuerySet[Any]:
    """Jobs, now or before, at these companies; `plain` is the company's name. By the index `employment_by_company`."""
    return Employment.objects.annotate(plain=PLAIN_EMPLOYER).filter(plain__in=names).fenced()


def _not_there_now(jobs: QuerySet[Any]) -> QuerySet[Any]:
    """Of these jobs, those of people whose employer is another one today."""
    there = FencedCandidate.objects.annotate(plain_company=PLAIN_COMPANY)
    return jobs.filter(~Exists(there.filter(pk=OuterRef("candidate_id"), plain_company=OuterRef("plain"))))


def about(person: UUID, company_name: str) -> QuerySet[OffLimitsCompany]:
    """The entries about one person that nobody lifted, by what `concerning` goes by; for those who read together."""
    mail = ContactPoint.objects.emails().filter(candidate_id=person).order_by("-is_primary", "created_at")
    employers = Employment.objects.filter(candidate_id=person).annotate(plain=PLAIN_EMPLOYER).values("plain")
    company = Func(Value(company_name), function="app.plain", output_field=TextField())
    rows = OffLimitsCompany.objects.unlifted().alias(address=Subquery(mail.values("normal")[:1]))
    by_address = Q(address__endswith=Concat(Value("@"), "normal")) | Q(address__endswith=Concat(Value("."), "normal"))
    by_company = Q(normal=company) | Q(also_past=True, normal__in=employers)
    return rows.filter(Q(kind=OffLimitsKind.DOMAIN) & by_address | Q(kind=OffLimitsKind.COMPANY) & by_company)


def _below(domains: Collection[str]) -> Q:
    """The domain is one of these, or below one."""
    found = Q(pk__in=[])
    for domain in domains:
        found |= Q(domain=domain) | Q(domain__endswith=f".{domain}")
    return found


def _mail_at(domains: Collection[str]) -> QuerySet[Any]:
    mail = ContactPoint.objects.emails().fenced().annotate(domain=DOMAIN)
    return mail.filter(_below(domains))


def _concerned(listed: Collection[OffLimitsCompany]) -> Q:
    """Whom these entries concern, of people with a `plain_company`."""
    names = [r.normal for r in listed if r.kind == OffLimitsKind.COMPANY]
    earlier = _worked_at([r.normal for r in listed if r.also_past])
    mail = _mail_at([r.normal for r in listed if r.kind == OffLimitsKind.DOMAIN])
    by_rows = Q(pk__in=mail.values("candidate_id")) | Q(pk__in=earlier.values("candidate_id"))
    return Q(plain_company__in=names) | by_rows


def people() -> QuerySet[FencedCandidate]:
    """Everybody who is off limits now, as rows with a `candidate_id`: what the filter looks people up in."""
    listed = list(OffLimitsCompany.objects.in_force())
    known = FencedCandidate.objects.annotate(candidate_id=F("pk"), plain_company=PLAIN_COMPANY)
    return known.filter(_concerned(listed))


def without(people: QuerySet[FencedCandidate], now: datetime) -> QuerySet[FencedCandidate]:
    """Of these people, those whom nothing on the list keeps us from writing to; what only warns does not count."""
    listed = [row for row in OffLimitsCompany.objects.in_force(now) if row.blocks]
    return people.alias(plain_company=PLAIN_COMPANY).exclude(_concerned(listed)) if listed else people


def counts(now: datetime) -> dict[UUID, int]:
    """{row: how many people it concerns}, in four queries."""
    rows = listing(now)
    names = {r.normal: r.pk for r in rows if r.kind == OffLimitsKind.COMPANY}
    counted: dict[UUID, int] = defaultdict(int)
    plain = FencedCandidate.objects.annotate(plain_company=PLAIN_COMPANY).filter(plain_company__in=list(names))
    for name, number in plain.values_list("plain_company").annotate(number=Count("pk")):
        counted[names[name]] += number
    earlier = _not_there_now(_worked_at([r.normal for r in rows if r.also_past]))
    for name, number in earlier.values_list("plain").annotate(number=Count("candidate", distinct=True)):
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
