"""Guesses what the columns of a table are, and turns a row into a profile."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sourcing.choices import Target
from talent.profile import Claim, Job, Place, Profile
from talent.services import custom_fields

_WORDS: dict[str, Sequence[str]] = {
    Target.EMAIL: ("email", "emailaddress", "mail", "courriel", "correo", "emailadresse", "contactemail"),
    Target.FIRST_NAME: ("firstname", "givenname", "first", "vorname", "prenom", "nombre", "forename"),
    Target.LAST_NAME: ("lastname", "surname", "familyname", "last", "nachname", "nom", "apellido", "apellidos"),
    Target.NAME: ("name", "fullname", "candidate", "candidatename", "person", "contact", "kandidat", "speaker"),
    Target.PHONE: ("phone", "phonenumber", "mobile", "mobilephone", "telephone", "tel", "cell", "telefon", "handy"),
    Target.LINK: ("linkedin", "linkedinurl", "profile", "profileurl", "url", "website", "link", "github", "portfolio"),
    Target.TITLE: ("title", "jobtitle", "currenttitle", "position", "role", "currentposition", "beruf", "poste"),
    Target.COMPANY: ("company", "currentcompany", "employer", "organisation", "organization", "firma", "entreprise"),
    Target.HEADLINE: ("headline", "tagline", "about"),
    Target.LOCATION: ("location", "place", "address", "ort", "wohnort", "adresse", "ubicacion", "residence"),
    Target.CITY: ("city", "town", "stadt", "ville", "ciudad"),
    Target.COUNTRY: ("country", "countrycode", "land", "pays", "pais"),
    Target.SKILLS: ("skills", "skill", "keywords", "technologies", "kenntnisse", "competences", "habilidades"),
    Target.TAGS: ("tags", "tag", "labels", "groups"),
    Target.NOTE: ("note", "notes", "comment", "comments", "remarks", "bemerkung"),
}
_BY_WORD = {word: target for target, words in _WORDS.items() for word in words}
_LOOKS = (
    (Target.EMAIL, re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")),
    (Target.LINK, re.compile(r"^(https?://|www\.)\S+$|^[a-z.]*linkedin\.com/\S+$", re.I)),
    (Target.PHONE, re.compile(r"^\+?[\d\s()/.-]{7,}$")),
)
CUSTOM = "custom."  # before the key of a workspace's own field
REPEATABLE = {Target.EMAIL, Target.PHONE, Target.LINK, Target.SKILLS, Target.TAGS, Target.NOTE}


def own_fields(role: str | None = None) -> list[tuple[str, str]]:
    """The workspace's own fields as targets, those that a role may change: [(target, name)]."""
    fields = custom_fields.definitions(role)
    return [(f"{CUSTOM}{f.key}", f.name) for f in fields if role is None or f.may_be_edited(role)]


def guess(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Target for each column: by its heading, else by what its first hundred cells look like."""
    targets: list[str] = []
    own = {custom_fields.key_for(name): target for target, name in own_fields()}
    for index, heading in enumerate(columns):
        word = re.sub(r"[^a-z]", "", heading.casefold().replace("é", "e").replace("í", "i"))
        known = own.get(custom_fields.key_for(heading)) or _BY_WORD.get(word)
        target = known or _by_cells([row[index] for row in rows[:100] if row[index]])
        if target in targets and target not in REPEATABLE:
            target = Target.SKIP
        targets.append(str(target))
    return targets


def _by_cells(cells: Sequence[str]) -> str:
    for target, pattern in _LOOKS:
        if cells and sum(bool(pattern.match(cell)) for cell in cells) * 2 > len(cells):
            return target
    return Target.SKIP


def problem(mapping: Sequence[str]) -> str:
    """Why this mapping cannot be used, in a sentence; empty when it can."""
    chosen = [t for t in mapping if t]
    unknown = {t for t in chosen if t.startswith(CUSTOM)} - {target for target, _ in own_fields()}
    if unknown:
        return f"There is no field “{min(unknown).removeprefix(CUSTOM)}” here any more. Choose another target."
    doubled = sorted({t for t in chosen if chosen.count(t) > 1 and t not in REPEATABLE})
    if doubled:
        names = {**dict(Target.choices), **dict(own_fields())}
        return f"Two columns are “{names.get(doubled[0], doubled[0])}”. Choose one of them."
    if not {Target.NAME, Target.LAST_NAME, Target.FIRST_NAME, Target.EMAIL, Target.LINK} & set(chosen):
        return "Say which column holds the name, the e-mail address or a profile link: without one, nobody is named."
    return ""


def profile(values: Sequence[str], mapping: Sequence[str]) -> Profile:
    """The profile that a row describes. Lists in a cell are cut at `;` `|` newline, else at `,`."""
    cells: dict[str, list[str]] = {}
    for value, target in zip(values, mapping, strict=False):
        if value and target:
            cells.setdefault(target, []).append(value)

    def one(target: str) -> str:
        return cells.get(target, [""])[0]

    name = one(Target.NAME) or " ".join(p for p in (one(Target.FIRST_NAME), one(Target.LAST_NAME)) if p)
    place = one(Target.LOCATION) or ", ".join(p for p in (one(Target.CITY), one(Target.COUNTRY)) if p)
    title, company = one(Target.TITLE), one(Target.COMPANY)
    return Profile(
        name=Claim(name) if name else None,
        headline=Claim(one(Target.HEADLINE)) if one(Target.HEADLINE) else None,
        emails=[Claim(v) for cell in cells.get(Target.EMAIL, []) for v in _several(cell)],
        phones=[Claim(v) for v in cells.get(Target.PHONE, [])],
        links=[Claim(v) for cell in cells.get(Target.LINK, []) for v in cell.split()],
        place=Place(place) if place else None,
        skills=[Claim(v) for cell in cells.get(Target.SKILLS, []) for v in _several(cell)],
        jobs=[Job(title, company, is_current=True)] if title or company else [],
        tags=[v for cell in cells.get(Target.TAGS, []) for v in _several(cell)],
        note="\n".join(cells.get(Target.NOTE, [])),
        custom={target.removeprefix(CUSTOM): said[0] for target, said in cells.items() if target.startswith(CUSTOM)},
    )


def _several(cell: str) -> list[str]:
    parts = re.split(r"[;|\n]", cell) if re.search(r"[;|\n]", cell) else cell.split(",")
    return [part.strip() for part in parts if part.strip()]
