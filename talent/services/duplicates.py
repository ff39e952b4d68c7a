"""A small hint on a profile: who may be the same person. Looked up by indexes, never guessed from likeness."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from crm import together
from crm.together import Asked, Word
from talent.choices import ContactKind
from talent.models import Candidate, ContactPoint, NotTheSame

MOST = 5
MOST_READ = 40


@dataclass
class Hint:
    """Somebody who may be the same person, and why."""

    id: UUID
    name: str
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Questions:
    """Namesakes at the same employer; mail addresses of all of that name; the same numbers and links elsewhere."""

    namesakes: Asked[Candidate]
    mail: Asked[ContactPoint]
    shared: Asked[ContactPoint]
    apart: Asked[NotTheSame]  # whom somebody told apart from them


def asks(candidate: Candidate) -> Questions:
    """The questions about one person."""
    return _asks(candidate.pk, Word(candidate.name), Word(candidate.current_company))


@together.planned
def _asks(person: UUID, name: str, company: str) -> Questions:
    columns = ("name", "current_company")
    namesakes = Candidate.objects.filter(name=name, current_company__iexact=company)
    points = ContactPoint.objects.annotate(person_name=F("candidate__name")).order_by("pk")
    own = ContactPoint.objects.filter(candidate_id=person).exclude(kind=ContactKind.EMAIL).order_by()
    shared = points.exclude(candidate_id=person).exclude(kind=ContactKind.EMAIL).filter(normal__in=own.values("normal"))
    apart = NotTheSame.objects.about(person)
    if not name:
        return Questions(Candidate.objects.none(), ContactPoint.objects.none(), shared[:MOST_READ], apart)
    if not company:
        namesakes = namesakes.none()
    mail = points.filter(candidate__name=name, kind=ContactKind.EMAIL)
    namesakes = namesakes.exclude(pk=person).order_by("pk").only(*columns)[:MOST]
    return Questions(namesakes, mail[:MOST_READ], shared[:MOST_READ], apart)


def _domain(point: ContactPoint) -> str:
    return point.normal.rpartition("@")[2]


def hints(candidate: Candidate) -> list[Hint]:
    """The most likely five, each with its reasons. Common names at a public mail domain are no reason by themselves."""
    questions = asks(candidate)
    mail: list[Any] = together.rows(questions.mail)
    shared: list[Any] = together.rows(questions.shared)
    found: dict[UUID, Hint] = {}

    def add(key: UUID, name: str, reason: str) -> None:
        one = found.setdefault(key, Hint(key, name))
        if reason not in one.reasons:
            one.reasons.append(reason)

    for point in shared:
        what = point.get_kind_display().lower()
        add(point.candidate_id, point.person_name, _("same %(what)s, %(value)s") % {"what": what, "value": point.value})
    for one in together.rows(questions.namesakes):
        add(one.pk, one.name, _("same name and employer, %(company)s") % {"company": one.current_company})
    domains = {_domain(point) for point in mail if point.candidate_id == candidate.pk} - PUBLIC
    for point in mail:
        if point.candidate_id != candidate.pk and _domain(point) in domains:
            reason = _("same name, mail at %(domain)s") % {"domain": _domain(point)}
            add(point.candidate_id, point.person_name, reason)
    for row in together.rows(questions.apart):
        for key in (row.first_id, row.second_id):
            found.pop(key, None)
    return sorted(found.values(), key=lambda hint: -len(hint.reasons))[:MOST]


# Everybody can have an address there, or nobody (RFC 2606): that two namesakes do says nothing.
PUBLIC = {
    "aol.com",
    "example.com",
    "example.net",
    "example.org",
    "fastmail.com",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "outlook.com",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "web.de",
    "yahoo.com",
    "yandex.ru",
}
