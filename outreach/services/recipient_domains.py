"""Whether anybody takes mail at the domain of a new address: the DNS is asked before the first mail goes there.

It is asked outside of any transaction and for SECONDS at most, and what it said is kept. Where it does not answer,
the mail goes: its bounce will tell.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import ExclusionReason
from outreach.models import OutboundMessage, RecipientDomain
from outreach.services import dns_answers
from outreach.services.clock import database_now
from outreach.services.dns_answers import Answers, NoDnsAnswer
from outreach.services.gate_words import Verdict, no
from talent.choices import Channel
from talent.models import ContactPoint

SECONDS = 2.0
KEPT = {True: timedelta(days=30), False: timedelta(days=1), None: timedelta(hours=1)}
PATIENCE = timedelta(days=2)  # a domain that says no for so long is no mistake of a moment
RESERVED = ("example", "test", "invalid", "localhost", "example.com", "example.net", "example.org")  # RFC 2606
WORDS = "Nobody takes mail for {domain}: the DNS names no mail server there."


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def is_reserved(domain: str) -> bool:
    """Kept for examples: the DNS has nothing to say of it."""
    return any(domain == name or domain.endswith(f".{name}") for name in RESERVED)


def ask(domain: str, dns: Answers) -> bool | None:
    """Whether the DNS names a server that takes mail (RFC 5321, section 5.1); None: it did not answer.

    A domain with an address and no MX takes mail itself; a null MX (RFC 7505) says that nobody does.
    """
    try:
        servers = dns.mx(domain)
        return servers != [""] if servers else bool(dns.addresses(domain))
    except NoDnsAnswer:
        return None


def _unknown(now: datetime, most: int) -> list[str]:
    """Domains to ask about, of the next so many mails: of people who never had one, and not asked lately."""
    rows = OutboundMessage.objects.due(now).filter(channel=Channel.EMAIL)
    due = rows.values_list("candidate", "candidate__last_contacted_at")[:most]
    people = [person for person, contacted_at in due if contacted_at is None]
    points = ContactPoint.objects.emails().filter(candidate__in=people, bounced_at=None) if people else []
    domains = {domain for point in points if not is_reserved(domain := domain_of(point.normal))}
    lately = Q()
    for said, length in KEPT.items():
        lately |= Q(takes_mail=said, asked_at__gt=now - length)
    known = RecipientDomain.objects.filter(lately, domain__in=domains).values_list("domain", flat=True)
    return sorted(domains - set(known)) if domains else []


def look_up(*, tenant: Tenant, most: int = 100, dns: Answers | None = None) -> int:
    """Ask about the domains of those among the next `most` mails that are somebody's first; returns how many.

    Nothing is asked in test mode.
    """
    if tenant.is_in_test_mode:
        return 0
    with open_tenant(tenant):
        domains = _unknown(database_now(), most)
    if not domains:
        return 0
    answers = dns or dns_answers.within(SECONDS)
    found = {domain: ask(domain, answers) if answers else None for domain in domains}
    with open_tenant(tenant):
        _keep(found, database_now())
    return len(found)


def _keep(found: Mapping[str, bool | None], now: datetime) -> None:
    had = {row.domain: row.silent_since for row in RecipientDomain.objects.filter(domain__in=found)}
    for domain, said in found.items():
        since = (had.get(domain) or now) if said is False else had.get(domain) if said is None else None
        values = {"takes_mail": said, "asked_at": now, "silent_since": since}
        RecipientDomain.objects.update_or_create(domain=domain, defaults=values)


def forget_old(*, now: datetime) -> int:
    """Delete what the DNS said so long ago that it would be asked again anyway; returns of how many domains."""
    deleted, _ = RecipientDomain.objects.filter(asked_at__lte=now - max(KEPT.values())).delete()
    return deleted


def kept_back(rows: Sequence[OutboundMessage], verdicts: Mapping[UUID, Verdict], now: datetime) -> dict[UUID, Verdict]:
    """{message: why not} of first mails to where nobody takes any: not today, and once that is sure not at all."""
    first = {
        row.pk: domain_of(verdicts[row.pk].address)
        for row in rows
        if row.channel == Channel.EMAIL and verdicts[row.pk].may and row.candidate.last_contacted_at is None
    }
    silent = _silent(set(first.values())) if first else {}
    return {pk: _verdict(domain, silent[domain], now) for pk, domain in first.items() if domain in silent}


def _silent(domains: Collection[str]) -> dict[str, datetime]:
    rows = RecipientDomain.objects.filter(domain__in=domains, takes_mail=False, silent_since__isnull=False)
    return {row.domain: row.silent_since for row in rows if row.silent_since}


def _verdict(domain: str, since: datetime, now: datetime) -> Verdict:
    is_sure = now - since >= PATIENCE
    words = WORDS.format(domain=domain) + ("" if is_sure else " It is asked again tomorrow.")
    retry_at = None if is_sure else now + KEPT[False]
    return no(ExclusionReason.NO_ADDRESS, words, final=is_sure, retry_at=retry_at)
