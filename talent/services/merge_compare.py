"""Two records of one person side by side, in words, before they become one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from talent import merge_warnings
from talent.choices import Channel, ConsentPurpose
from talent.models import Candidate, ContactBan, ContactPoint
from talent.services import consents, consents_joined, merges, off_limits, preferences_joined, telling_apart
from talent.services.merges import MERGED, SURVIVOR
from talent.services.preferences import Wishes


@dataclass(frozen=True)
class Side:
    """What one of the two records says about a field, and whether that is what stays unless somebody decides."""

    record: str  # SURVIVOR or MERGED
    words: str
    is_preset: bool


@dataclass(frozen=True)
class Field:
    """A field in which the two differ."""

    name: str
    label: str
    sides: tuple[Side, Side]


@dataclass(frozen=True)
class Comparison:
    """What differs, what both say, how many rows come over, and what somebody should know before.

    `wishes` is how the one record likes to be contacted; None where the record that goes asked for nothing.
    """

    fields: list[Field]
    same: list[tuple[str, str]]
    moves: list[tuple[str, int]]
    warnings: list[str]
    wishes: Wishes | None = None

    @property
    def wished(self) -> list[tuple[str, str]]:
        return preferences_joined.lines(self.wishes) if self.wishes else []


ROWS = {
    "candidate facts": "Facts",
    "candidate labels": "Private labels",
    "candidate skills": "Skills",
    "candidate tags": "Tags",
    "consent records": "Consents",
    "contact bans": "Bans on contact",
    "contact exceptions": "Exceptions from bans",
    "contact point changes": "Changes of contact points",
    "contact preferences": "Wishes about contact",
    "employments": "Jobs",
    "field values": "Values of your own fields",
    "pairs that were told apart": "Records told apart",
    "pool memberships": "Places in pools",
    "pool proposals": "Proposals for pools",
    "segment placements": "Placed in segments by hand",
    "source touches": "Sources",
    "topic opt outs": "Topics switched off",
}


def _rows(kind: str) -> str:
    """What rows of a kind are called where recruiters work."""
    return ROWS.get(kind) or kind[:1].upper() + kind[1:]


def _words(person: Candidate, name: str) -> str:
    """A field's value as a person reads it; "" when there is none."""
    value = getattr(person, name)
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    named = getattr(person, f"get_{name}_display", None)
    return str(named() if named else value)


def compare(*, survivor: Candidate, merged: Candidate, now: datetime) -> Comparison:
    """What a merge of these two would do."""
    found = merges.preview(survivor=survivor, merged=merged)
    fields = []
    for one in found.differences:
        ours, theirs = (_words(person, one.field) for person in (survivor, merged))
        sides = (Side(SURVIVOR, ours, one.default == SURVIVOR), Side(MERGED, theirs, one.default == MERGED))
        fields.append(Field(one.field, one.label, sides))
    moves = sorted(((_rows(name), number) for name, number in found.rows.items()), key=lambda m: -m[1])
    differing = {one.field for one in found.differences}
    same = [(_("First met"), _first_met(survivor, merged)), *_same(survivor, differing)]
    joined, said = preferences_joined.of(survivor.pk, merged.pk), warnings(survivor=survivor, merged=merged, now=now)
    return Comparison(fields, same, moves, said, joined.wishes if joined else None)


def _first_met(*pair: Candidate) -> str:
    """When and how they first came, which is not decided: the older record knows."""
    older, younger = merges.by_age(*pair)
    said = [date_format(older.created_at, "j M Y"), _words(older, "source") or _words(younger, "source")]
    return ", ".join(word for word in said if word)


def _same(person: Candidate, differing: set[str]) -> list[tuple[str, str]]:
    names = [name for name in merges.decidable() if name not in differing]
    return [(merges.label_of(name), words) for name in names if (words := _words(person, name))]


def warnings(*, survivor: Candidate, merged: Candidate, now: datetime) -> list[str]:
    """Sentences: bans, consents they disagree about, what is off limits, and what the apps above know."""
    pair = (survivor, merged)
    return [
        *_told_apart(pair),
        *_bans(pair),
        *_consents(pair, now),
        *_off_limits(pair, now),
        *_wishes(pair),
        *merge_warnings.of(survivor.pk, merged.pk),
    ]


def _told_apart(pair: tuple[Candidate, Candidate]) -> list[str]:
    said = telling_apart.between(pair[0].pk, pair[1].pk)
    sentence = _("%(who)s said on %(day)s that these are two people.")
    return [sentence % {"who": said.said_by, "day": date_format(said.said_at, "j M Y")}] if said else []


def _bans(pair: tuple[Candidate, Candidate]) -> list[str]:
    banned = set(ContactBan.objects.in_force().filter(candidate__in=pair).values_list("candidate_id", flat=True))
    if len(banned) != 1:
        return [_("Both may not be contacted, and that holds for the one record.")] if banned else []
    name = next(person.name for person in pair if person.pk in banned)
    return [_("One record, %(name)s, may not be contacted: that will hold for the one record.") % {"name": name}]


def _consents(pair: tuple[Candidate, Candidate], now: datetime) -> list[str]:
    """The strictest word holds where the looser one is the newer."""
    sentence = _("They say different things about “%(about)s”: the stricter, “%(state)s” of %(day)s, will hold.")
    found = consents_joined.strictest([person.pk for person in pair], now)
    return [
        sentence
        % {
            "about": ", ".join(filter(None, (ConsentPurpose(purpose).label, channel and Channel(channel).label))),
            "state": consents.standing(record, now).label,
            "day": date_format(record.occurred_at, "j M Y"),
        }
        for (purpose, channel), record in found.items()
    ]


def _off_limits(pair: tuple[Candidate, Candidate], now: datetime) -> list[str]:
    mail = ContactPoint.objects.emails().filter(candidate__in=pair, is_primary=True)
    addresses = dict(mail.values_list("candidate_id", "normal"))
    companies = {person.pk: person.current_company for person in pair}
    found = off_limits.concerning(companies=companies, addresses=addresses, now=now)
    sentence = _("“%(what)s” is off limits, and %(name)s belongs to it.")
    return [sentence % {"what": found[p.pk], "name": p.name} for p in pair if p.pk in found]


def _wishes(pair: tuple[Candidate, Candidate]) -> list[str]:
    """What they asked for that cannot both hold."""
    joined = preferences_joined.of(pair[0].pk, pair[1].pk)
    return preferences_joined.warnings(joined.apart) if joined else []
