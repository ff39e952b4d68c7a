"""What a candidate changes about themselves, and what we know of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from crm import events
from crm.actors import Actor
from outreach.choices import StopReason
from outreach.services import enrolments
from portal.events import PROFILE_EDITED
from talent import identity
from talent.choices import BanReason, ConsentOrigin, ContactKind
from talent.choices_events import AttendanceOrigin
from talent.identity import Identified
from talent.models import Attendance, Candidate, ContactBan, ContactPoint, Employment, Provenance
from talent.services import candidates, contact, employments, labels

LINKS = (ContactKind.LINKEDIN, ContactKind.GITHUB, ContactKind.WEBSITE)
# Bans that rest on the person's own word: they may take them back. A colleague's decision stays.
THEIR_OWN = (BanReason.UNSUBSCRIBED, BanReason.ASKED_TO_STOP, BanReason.COMPLAINED)
EVIDENCE = "They pressed “Stop all messages” on their own page."


@dataclass(frozen=True)
class Wishes:
    """A person about themselves. `columns` are the candidate's own; `links` are web addresses, one each."""

    columns: dict[str, object]
    phone: Identified | None
    links: Sequence[Identified]
    skills: Sequence[str]


@dataclass(frozen=True)
class Known:
    """One thing we know, and in plain words where from."""

    label: str
    value: str
    source: str


def current(candidate: Candidate) -> dict[str, str]:
    """The form as it begins."""
    points = list(ContactPoint.objects.filter(candidate=candidate))
    phones = [p.value for p in points if p.kind == ContactKind.PHONE]
    return {
        "name": candidate.name,
        "headline": candidate.headline,
        "current_title": candidate.current_title,
        "current_company": candidate.current_company,
        "location": candidate.location,
        "phone": phones[0] if phones else "",
        "links": "\n".join(p.value for p in points if p.kind in LINKS),
        "skills": ", ".join(str(s) for s in candidate.skills.select_related("skill")),
    }


def emails(candidate: Candidate) -> list[str]:
    return list(ContactPoint.objects.emails().filter(candidate=candidate).values_list("value", flat=True))


def _change_phone(candidate: Candidate, phone: Identified | None, by: Actor, now: datetime) -> bool:
    old = ContactPoint.objects.filter(candidate=candidate, kind=ContactKind.PHONE).first()
    if (old.normal if old else None) == (phone.normal if phone else None):
        return False
    if phone is not None:
        point = contact.give_point(candidate=candidate, point=phone, by=by, now=now)
        contact.make_primary(point=point, by=by, now=now)
    if old is not None:
        contact.remove_point(point=old, by=by, now=now)
    return True


def _own_or_plain(candidate: Candidate, link: Identified) -> Identified:
    """A profile link that names somebody else is kept as a plain web address: the person is told nothing of others."""
    owner = ContactPoint.objects.owners_of([link.key]).get(link.key)
    if owner in (None, candidate.pk):
        return link
    return Identified(ContactKind.WEBSITE, link.value, link.value.removeprefix("https://").removeprefix("www.").lower())


def _change_links(candidate: Candidate, links: Sequence[Identified], by: Actor, now: datetime) -> bool:
    wanted = {link.key: link for link in (_own_or_plain(candidate, one) for one in links)}
    had = {(p.kind, p.normal): p for p in ContactPoint.objects.filter(candidate=candidate, kind__in=LINKS)}
    for key in had.keys() - wanted.keys():
        contact.remove_point(point=had[key], by=by, now=now)
    for key, link in wanted.items():
        if key not in had:
            contact.give_point(candidate=candidate, point=link, by=by, now=now)
    return wanted.keys() != had.keys()


def _change_job(candidate: Candidate, changed: Sequence[str], by: Actor, now: datetime) -> None:
    """Another company is a new job, and the end of the old one; another title is the same job, better named."""
    if not {"current_title", "current_company"} & set(changed):
        return
    title, company = candidate.current_title, candidate.current_company
    current = Employment.objects.filter(candidate=candidate, is_current=True)
    job = current.filter(company__iexact=company).first() or current.first()
    if job is not None and "current_company" in changed:
        job.is_current, job.end = False, job.end or f"{now:%Y-%m}"
        employments.save(employment=job, by=by, now=now)
        job = None
    if title or company:
        job = job or Employment(candidate=candidate, company=company, start="", is_current=True)
        job.title = title
        employments.save(employment=job, by=by, now=now)


def _change_skills(candidate: Candidate, names: Sequence[str], by: Actor, now: datetime) -> bool:
    changed = labels.set_skills(candidate=candidate, names=names, by=by, now=now)
    origin = by.label[:120]
    Provenance.objects.bulk_create(
        [Provenance(candidate=candidate, field="skill", value=n, origin=origin) for n in names if n in changed]
    )
    return bool(changed)


@transaction.atomic
def edit(*, candidate: Candidate, wishes: Wishes, by: Actor, now: datetime) -> list[str]:
    """The person corrects their profile: their word overwrites. Returns the names of what really changed."""
    changed = candidates.edit(candidate=candidate, changes=wishes.columns, by=by, now=now)
    _change_job(candidate, changed, by, now)
    others = {
        "phone": _change_phone(candidate, wishes.phone, by, now),
        "links": _change_links(candidate, wishes.links, by, now),
        "skills": _change_skills(candidate, wishes.skills, by, now),
    }
    changed = [name for name in changed if name in wishes.columns] + [name for name, did in others.items() if did]
    if changed:
        data = {"fields": sorted(changed)}
        events.publish(PROFILE_EDITED, candidate=candidate.pk, occurred_at=now, actor=by, data=data)
    return changed


def may_write(candidate: Candidate, now: datetime) -> bool:
    """Whether the person lets us write, by their own word; a colleague's decision is not shown to them."""
    return not ContactBan.objects.in_force(now).filter(candidate=candidate, reason__in=THEIR_OWN).exists()


@transaction.atomic
def stop_messages(*, candidate: Candidate, by: Actor, now: datetime) -> None:
    """No more messages from us, to any of their addresses; what was planned is cancelled."""
    portal = ConsentOrigin.PORTAL
    contact.ban(candidate=candidate, reason=BanReason.UNSUBSCRIBED, evidence=EVIDENCE, by=by, now=now, origin=portal)
    enrolments.stop_people(candidates=[candidate.pk], reason=StopReason.UNSUBSCRIBED, now=now, by=by)


@transaction.atomic
def allow_messages(*, candidate: Candidate, by: Actor, now: datetime) -> None:
    """They are open to messages again: the bans that rest on their own word end."""
    for ban in ContactBan.objects.in_force(now).filter(candidate=candidate, reason__in=THEIR_OWN):
        contact.lift_ban(ban=ban, by=by, now=now, origin=ConsentOrigin.PORTAL)


LABELS = {
    "current_title": "Job",
    "current_company": "Company",
    "location": "Place",
    "employment": "Job",
    "email": "E-mail address",
    "linkedin": "LinkedIn",
    "github": "GitHub",
    "education": "School or course",
}
UNSAID = ("city", "region", "country", "latitude", "longitude", "time_zone")  # read from the place


def known(candidate: Candidate, company: str) -> list[Known]:
    """Everything we were told about the person and by whom, newest first, each value once; then the events."""
    rows = Provenance.objects.filter(candidate=candidate).exclude(field__in=UNSAID).select_related("document__file")
    seen: dict[tuple[str, str], Known] = {}
    for row in rows[:1000]:
        label = LABELS.get(row.field, row.field.replace("_", " ").capitalize())
        if row.value:
            seen.setdefault((label, row.value), Known(label, row.value, _source(row, candidate, company)))
    return [*seen.values(), *_events(candidate, company)]


def _events(candidate: Candidate, company: str) -> list[Known]:
    """What they registered for, and whether they came."""
    rows = Attendance.objects.filter(candidate=candidate).select_related("event").order_by("-event__starts_at", "-pk")
    return [
        Known(
            "Event",
            f"{row.event.name}, {row.event.local_start:%-d %B %Y}: {row.get_state_display().lower()}",
            f"{_registered_by(row, company)}, on {row.registered_at:%-d %B %Y}.",
        )
        for row in rows[:1000]
    ]


def _registered_by(row: Attendance, company: str) -> str:
    return "You registered" if row.origin == AttendanceOrigin.FORM else f"{company} put you on the list"


def _source(row: Provenance, candidate: Candidate, company: str) -> str:
    if row.document is not None:
        return f"We read it in your document “{row.document.file.name}”, on {row.created_at:%-d %B %Y}."
    if row.origin == candidate.name:
        return f"You told us, on {row.created_at:%-d %B %Y}."
    return f"{company} noted it on {row.created_at:%-d %B %Y}. Source: {row.origin}."


def read_links(text: str) -> tuple[list[Identified], list[str]]:
    """Web addresses, one a line, and sentences about those that cannot be read."""
    found, problems = [], []
    for line in filter(None, (part.strip() for part in text.splitlines())):
        try:
            found.append(identity.link(line))
        except identity.NotAContactPoint as error:
            problems.append(str(error))
    return found, problems
