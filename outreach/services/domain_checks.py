"""What the DNS says of a domain that mails come from: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), MX."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from outreach.services.dns_answers import Answers, NoDnsAnswer

# What each provider's servers are called in SPF.
SPF_OF = {
    "mailgun": "mailgun.org",
    "postmark": "spf.mtasv.net",
    "sendgrid": "sendgrid.net",
    "ses": "amazonses.com",
    "brevo": "spf.brevo.com",
    "mailjet": "spf.mailjet.com",
    "sparkpost": "sparkpostmail.com",
    "resend": "amazonses.com",
    "google": "_spf.google.com",
    "microsoft": "spf.protection.outlook.com",
}
# Selectors that providers use for everybody; the others make one up for each customer.
SELECTORS_OF = {
    "sendgrid": ("s1", "s2"),
    "brevo": ("brevo1", "brevo2", "mail"),
    "mailjet": ("mailjet",),
    "mailgun": ("mx", "k1", "smtp", "mailo", "pic"),
    "resend": ("resend",),
    "google": ("google",),
    "microsoft": ("selector1", "selector2"),
}
LOOK_UPS = re.compile(r"^[+\-~?]?(include|a|mx|ptr|exists)(?:[:/]|$)|^redirect=", re.IGNORECASE)
MOST_LOOK_UPS = 10  # RFC 7208, section 4.6.4


class State(StrEnum):
    """How a finding is."""

    GOOD = "good"
    WEAK = "weak"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `name` and `publish`: the record to make, where one is missing or wrong."""

    what: str
    state: State
    words: str
    name: str = ""
    found: str = ""
    publish: str = ""
    kind: str = "TXT"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Asked:
    """What is checked: the domain, who sends for it (keys of SPF_OF), our own key for it, where answers go."""

    domain: str
    senders: Sequence[str] = ()
    smtp_hosts: Sequence[str] = ()
    selector: str = ""
    public_key: str = ""
    reply_domain: str = ""


def _ours(records: Sequence[str], version: str) -> list[str]:
    return [one for one in records if re.match(rf"{re.escape(version)}(?:[;\s]|$)", one, re.IGNORECASE)]


def _terms(record: str) -> list[str]:
    return record.split()[1:]


def _included(terms: Sequence[str]) -> Iterator[str]:
    for term in terms:
        name, found, target = term.lstrip("+").partition(":")
        if found and name.lower() == "include":
            yield target.lower()
        if term.lower().startswith("redirect="):
            yield term[9:].lower()


def look_ups(record: str, dns: Answers, seen: frozenset[str] = frozenset()) -> int:
    """How many DNS look-ups an SPF record costs its reader, those of what it includes counted as well."""
    terms = _terms(record)
    count = sum(1 for term in terms if LOOK_UPS.match(term))
    for name in _included(terms):
        if name in seen or count > MOST_LOOK_UPS:
            continue
        for inner in _ours(dns.txt(name), "v=spf1")[:1]:
            count += look_ups(inner, dns, seen | {name})
    return count


def _wanted_terms(asked: Asked) -> list[str]:
    hosts = [f"a:{host}" for host in asked.smtp_hosts if host]
    return list(dict.fromkeys([f"include:{SPF_OF[one]}" for one in asked.senders if one in SPF_OF] + hosts))


def spf(asked: Asked, dns: Answers) -> Finding:
    """Whether the servers that send for the domain may."""
    records = _ours(dns.txt(asked.domain), "v=spf1")
    wanted = _wanted_terms(asked)
    publish = " ".join(["v=spf1", *wanted, "~all"])
    if not records:
        return Finding("SPF", State.BAD, "There is no SPF record.", asked.domain, publish=publish)
    found = " | ".join(records)
    if len(records) > 1:
        words = "There are several SPF records, so none counts: make one of them."
        return Finding("SPF", State.BAD, words, asked.domain, found, publish)
    return _one_spf(records[0], wanted, asked.domain, dns)


def _one_spf(record: str, wanted: Sequence[str], domain: str, dns: Answers) -> Finding:
    terms = [term.lower() for term in _terms(record)]
    missing = [term for term in wanted if term.lower() not in [t.lstrip("+") for t in terms]]
    mended = " ".join(["v=spf1", *missing, *_terms(record)])
    if "+all" in terms or "all" in terms:
        words = "It lets everybody send in your name: end it with ~all."
        mended = re.sub(r"(?i)(?<= )\+?all$", "~all", mended)
        return Finding("SPF", State.BAD, words, domain, record, mended)
    if (count := look_ups(record, dns)) > MOST_LOOK_UPS:
        words = f"It takes {count} look-ups and 10 are allowed, so receivers ignore it: take out what is unused."
        return Finding("SPF", State.BAD, words, domain, record)
    if missing:
        words = f"It does not name who sends here: {', '.join(missing)}. Your provider may do that on its own domain."
        return Finding("SPF", State.WEAK, words, domain, record, mended)
    if not any(term in ("~all", "-all") or term.startswith("redirect=") for term in terms):
        return Finding("SPF", State.WEAK, "It does not end: add ~all or -all.", domain, record, f"{record} ~all")
    return Finding("SPF", State.GOOD, "The servers that send for you are named.", domain, record)


def _tags(record: str) -> dict[str, str]:
    """The tags of a tag list (RFC 6376, section 3.2), names in lower case."""
    pairs = (part.partition("=") for part in record.split(";") if "=" in part)
    return {name.strip().lower(): "".join(value.split()) for name, _, value in pairs}


def dkim(asked: Asked, dns: Answers) -> Finding:
    """Whether the key that signs is in the DNS: ours, or one of the provider's."""
    if asked.senders and not asked.smtp_hosts:
        return _dkim_of_provider(asked, dns)
    name, publish = f"{asked.selector}._domainkey.{asked.domain}", f"v=DKIM1; k=rsa; p={asked.public_key}"
    records = dns.txt(name)
    if not records:
        words = "Our key is not there yet. Mails over your mail server are signed from when it is."
        return Finding("DKIM", State.BAD, words, name, publish=publish)
    if _tags(records[0]).get("p") != asked.public_key:
        return Finding("DKIM", State.BAD, "Another key lies there than the one that signs.", name, records[0], publish)
    return Finding("DKIM", State.GOOD, "Our key is there: mails over your mail server are signed.", name, records[0])


def _dkim_of_provider(asked: Asked, dns: Answers) -> Finding:
    for sender in asked.senders:
        for selector in SELECTORS_OF.get(sender, ()):
            name = f"{selector}._domainkey.{asked.domain}"
            if any(_tags(one).get("p") for one in dns.txt(name)):
                return Finding("DKIM", State.GOOD, "Your provider's key is there.", name)
    words = "Your provider signs with a key of its own, at a name that only it knows: look on its page of domains."
    return Finding("DKIM", State.UNKNOWN, words, f"…._domainkey.{asked.domain}")


def _organisation(domain: str) -> list[str]:
    """The domain and those above it, down to two labels: where receivers look for a policy."""
    labels = domain.split(".")
    return [".".join(labels[at:]) for at in range(max(1, len(labels) - 1))]


def dmarc(asked: Asked, dns: Answers) -> Finding:
    """Whether there is a policy, on the domain or on one above it."""
    name = f"_dmarc.{asked.domain}"
    publish = f"v=DMARC1; p=none; rua=mailto:dmarc@{asked.domain}"
    for at in _organisation(asked.domain):
        records = _ours(dns.txt(f"_dmarc.{at}"), "v=DMARC1")
        if len(records) > 1:
            words = "There are several DMARC records, so none counts."
            return Finding("DMARC", State.BAD, words, f"_dmarc.{at}", " | ".join(records), records[0])
        if records:
            return _one_dmarc(records[0], f"_dmarc.{at}", publish)
    return Finding("DMARC", State.BAD, "There is no DMARC record.", name, publish=publish)


def _one_dmarc(record: str, name: str, publish: str) -> Finding:
    tags = _tags(record)
    if tags.get("p", "").lower() not in ("none", "quarantine", "reject"):
        return Finding("DMARC", State.BAD, "It names no policy.", name, record, publish)
    if not tags.get("rua"):
        words = "It counts. Nobody gets the reports, though: add rua=mailto: and an address that is read."
        return Finding("DMARC", State.WEAK, words, name, record)
    return Finding("DMARC", State.GOOD, "There is a policy, and somebody gets the reports.", name, record)


def mx(asked: Asked, dns: Answers) -> Finding:
    """Whether answers can come back."""
    name = asked.reply_domain or asked.domain
    found = dns.mx(name)
    if not found:
        return Finding("MX", State.BAD, "Answers cannot come back: the domain takes no mail.", name, kind="MX")
    return Finding("MX", State.GOOD, "Answers can come back.", name, ", ".join(found), kind="MX")


CHECKS: tuple[tuple[str, Callable[[Asked, Answers], Finding]], ...] = (
    ("SPF", spf),
    ("DKIM", dkim),
    ("DMARC", dmarc),
    ("MX", mx),
)


def check(asked: Asked, dns: Answers) -> list[Finding]:
    """All findings; one that the DNS did not answer for is unknown, and the others go on."""
    return [_attempted(what, look, asked, dns) for what, look in CHECKS]


def _attempted(what: str, look: Callable[[Asked, Answers], Finding], asked: Asked, dns: Answers) -> Finding:
    try:
        return look(asked, dns)
    except NoDnsAnswer as error:
        return Finding(what, State.UNKNOWN, f"{error} Check again later.")
