"""The demo's people, pools and segments."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery

from crm.actors import SYSTEM
from crm.services.demo import Scene
from talent import demo_people as words
from talent.choices import PoolStage, RelationshipState
from talent.models import Candidate, Note, PoolMembership, SegmentMembership
from talent.profile import Claim, Job, Place, Profile, School
from talent.services import candidates, labels, notes, pools, segments
from talent.services.candidates import Origin

_SPELLED = str.maketrans({"ø": "o", "ł": "l", "ı": "i", "æ": "ae", "ß": "ss"})
DEGREES = (
    "BSc Computer Science",
    "MSc Data Science",
    "BA Design",
    "Diploma in Engineering",
    "MBA",
    "MSc Information Systems",
)
DAYS = 92
POOLS = (
    ("Backend, Europe", "People we would hire for the platform teams at once.", "backend"),
    ("Security guild", "Cloud security and incident response, anywhere in Europe.", "security"),
    ("Design bench", "Product designers who could start within a quarter.", "designer"),
    ("Silver medallists", "Finalists of the last two years.", ""),
)
SEGMENTS = (
    (
        "Python in the EU",
        {
            "all": [
                {"field": "skill", "op": "is_any_of", "value": ["python"]},
                {
                    "field": "country",
                    "op": "is_any_of",
                    "value": ["DE", "FR", "ES", "NL", "SE", "PL", "AT", "PT", "IT"],
                },
            ]
        },
    ),
    (
        "Cloud security",
        {
            "any": [
                {"field": "skill", "op": "is_any_of", "value": ["cloud security", "iam"]},
                {"field": "title", "op": "contains", "value": "security"},
            ]
        },
    ),
    ("Designers", {"all": [{"field": "title", "op": "contains", "value": "designer"}]}),
    (
        "Data people outside Germany",
        {
            "all": [
                {"field": "title", "op": "contains", "value": "data"},
                {"not": {"field": "country", "op": "is_any_of", "value": ["DE"]}},
            ]
        },
    ),
)


def _split(text: str) -> list[str]:
    """Words at spaces; names and skills of two words stay whole."""
    for whole in words.MULTIWORD:
        text = text.replace(whole, whole.replace(" ", "_"))
    return [word.replace("_", " ") for word in text.split()]


def _address(name: str, number: int) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_SPELLED)).replace(" ", ".")
    plain = "".join(c for c in letters if c.isascii() and (c.isalnum() or c == "."))
    return f"{plain.strip('.')}.{number}@example.com"


def _profile(scene: Scene, number: int) -> Profile:
    dice = scene.dice
    city, country, given, family = dice.choice(words.PLACES)
    name = f"{dice.choice(_split(given))} {dice.choice(_split(family))}"
    titles, skills = dice.choice(words.FIELDS)
    level = dice.randrange(len(titles))
    companies = dice.sample(words.COMPANIES, 2)
    start = dice.randint(2019, 2025)
    chosen = dice.sample(_split(skills), k=min(len(_split(skills)), dice.randint(3, 5)))
    return Profile(
        name=Claim(name),
        headline=Claim(f"{titles[level]} at {companies[0]}"),
        emails=[Claim(_address(name, number))],
        phones=[Claim(f"+49 30 555 {number:04d}")] if number % 3 == 0 else [],
        links=[Claim(f"https://www.linkedin.com/in/demo-{number}")] if number % 2 else [],
        place=Place(f"{city}, {country}"),
        skills=[Claim(skill) for skill in chosen],
        jobs=[
            Job(titles[level], companies[0], f"{start}-0{dice.randint(1, 9)}", "", True),
            Job(titles[0], companies[1], str(start - dice.randint(2, 4)), str(start)),
        ],
        schools=[School(dice.choice(words.SCHOOLS), dice.choice(DEGREES), str(start - 8), str(start - 5))],
    )


def _when(scene: Scene, number: int) -> datetime:
    """Most people came a while ago, some every week since."""
    days = DAYS * (1 - (number / scene.people) ** 1.5)
    return scene.now - timedelta(days=days, minutes=scene.dice.randrange(600))


def people(scene: Scene) -> None:
    """500 invented people from many countries, with history, tags, notes and owners."""
    with scene.chapter():
        _people(scene)
    with scene.chapter():
        _groups(scene)


def _people(scene: Scene) -> None:
    for number in range(1, scene.people + 1):
        member, when = scene.dice.choice(scene.recruiters), _when(scene, number)
        source, kind = scene.dice.choice(words.SOURCES)
        person = candidates.save(
            profile=_profile(scene, number), origin=Origin(source, kind), by=member.actor, now=when
        ).candidate
        state = scene.dice.choices(list(RelationshipState), weights=(5, 3, 1, 1))[0]
        Candidate.objects.filter(pk=person.pk).update(created_at=when, state=state)
        if number % 12 == 0:
            text = scene.dice.choice(words.NOTES)
            later = min(when + timedelta(days=1), scene.now)
            note = notes.add(candidate=person, text=text, by=member.actor, author_id=member.pk, now=later)
            Note.objects.filter(pk=note.pk).update(created_at=later)
    for name in words.TAGS:
        some = scene.dice.sample(list(Candidate.objects.all()), 25)
        labels.tag(candidates=some, name=name, by=SYSTEM, now=scene.now - timedelta(days=20))


def _groups(scene: Scene) -> None:
    """Pools with people at every stage, and saved segments."""
    for name, purpose, word in POOLS:
        owner = scene.dice.choice(scene.recruiters)
        pool = pools.create(name=name, purpose=purpose, by=owner.actor)
        fitting = list(Candidate.objects.filter(current_title__icontains=word))
        chosen = scene.dice.sample(fitting, min(len(fitting), 18))
        pools.add(pool=pool, candidates=chosen, by=owner.actor, now=scene.now - timedelta(days=30))
        _spread(scene, list(PoolMembership.objects.filter(pool=pool)))
    for name, rule in SEGMENTS:
        segments.create(name=name, rule=rule, by=scene.recruiters[0].actor, now=scene.now)
    came = Candidate.objects.filter(pk=OuterRef("candidate_id")).values("created_at")[:1]
    SegmentMembership.objects.update(entered_at=Subquery(came))  # people matched from the day they came


def _spread(scene: Scene, memberships: Sequence[PoolMembership]) -> None:
    for membership in memberships:
        membership.stage = scene.dice.choice(list(PoolStage))
    PoolMembership.objects.bulk_update(memberships, ["stage"])
