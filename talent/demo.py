"""The demo's people, pools and segments."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery

from crm.actors import SYSTEM
from crm.services.demo import Scene
from talent import demo_people as words
from talent.choices import Placing, RelationshipState
from talent.models import Candidate, Note, PoolMembership, Segment, SegmentMembership, TalentPool
from talent.profile import Claim, Job, Place, Profile, School
from talent.services import arrivals, labels, notes, placements, pool_feeds, pool_stages, pools, segments, silver
from talent.services.arrivals import Arrival
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
Drawn = tuple[Arrival, str, str]  # somebody, how we stand with them, what is noted about them
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
    scene.say(f"{scene.people} people come in")
    with scene.chapter():
        _people(scene)
    scene.say(f"{len(POOLS)} pools and {len(SEGMENTS) + 1} segments are made of them")
    with scene.chapter():
        _groups(scene)


def _people(scene: Scene) -> None:
    """Everybody in one go: what each of them is like is drawn first, then written in a few statements."""
    drawn = [_draw(scene, number) for number in range(1, scene.people + 1)]
    drawn[1::3], last_words = _know_for_long(scene, drawn[1::3])
    outcomes = arrivals.save_all([arrival for arrival, _, _ in drawn])
    people = [outcome.candidate for outcome in outcomes]
    for person, (arrival, state, _) in zip(people, drawn, strict=True):
        person.created_at, person.state = arrival.now, state
    for person, moment in zip(people[1::3], last_words, strict=True):
        person.last_two_way_at = person.last_contacted_at = moment
    clocks = ["created_at", "state", "last_contacted_at", "last_two_way_at"]
    Candidate.objects.bulk_update(people, clocks, batch_size=500)
    for person, (arrival, _, text) in zip(people, drawn, strict=True):
        if text:
            _write_note(scene, person, arrival, text)
    known = known_since(scene.now - timedelta(days=20))
    for name in words.TAGS:
        some = scene.dice.sample(known, min(len(known), 25))
        labels.tag(candidates=some, name=name, by=SYSTEM, now=scene.now - timedelta(days=20))


def known_since(moment: datetime) -> list[Candidate]:
    """Whom we had met by then, the latest first: nothing has happened with anybody before we met."""
    return list(Candidate.objects.newest_first().filter(created_at__lt=moment))


def no_earlier(person: Candidate, moment: datetime) -> datetime:
    """A moment of the past, or when we met them if that is later."""
    return max(moment, person.created_at)


def _know_for_long(scene: Scene, some: Sequence[Drawn]) -> tuple[list[Drawn], list[datetime]]:
    """Acquaintances of years whom nobody has talked with for more than half a year: whom to wake."""
    found, last_words = [], []
    for arrival, state, text in some:
        met = scene.now - timedelta(days=scene.dice.randrange(420, 900))
        last_words.append(scene.now - timedelta(days=scene.dice.randrange(200, 410)))
        found.append((replace(arrival, now=met), state, text))
    return found, last_words


def _draw(scene: Scene, number: int) -> Drawn:
    """Somebody, how we stand with them, and what is noted about every twelfth."""
    member, when = scene.dice.choice(scene.recruiters), _when(scene, number)
    source, kind = scene.dice.choice(words.SOURCES)
    arrival = Arrival(_profile(scene, number), Origin(source, kind), member.actor, when)
    state = scene.dice.choices(list(RelationshipState), weights=(5, 3, 1, 1))[0]
    return arrival, state, scene.dice.choice(words.NOTES) if number % 12 == 0 else ""


def _write_note(scene: Scene, person: Candidate, arrival: Arrival, text: str) -> None:
    later = min(arrival.now + timedelta(days=1), scene.now)
    note = notes.add(candidate=person, text=text, by=arrival.by, author_id=arrival.by.id, now=later)
    Note.objects.filter(pk=note.pk).update(created_at=later)


def _groups(scene: Scene) -> None:
    """Pools with people at every stage, and saved segments."""
    for name, purpose, word in POOLS:
        owner = scene.dice.choice(scene.recruiters)
        pool = pools.create(name=name, purpose=purpose, by=owner.actor)
        month_ago = scene.now - timedelta(days=30)
        fitting = [one for one in known_since(month_ago) if word in one.current_title.casefold()]
        chosen = scene.dice.sample(fitting, min(len(fitting), 18))
        pools.add(pool=pool, candidates=chosen, by=owner.actor, now=month_ago)
        _spread(scene, list(PoolMembership.objects.filter(pool=pool).select_related("pool")))
    silver.come_with_workspace(by=SYSTEM, now=scene.now)
    made = [segments.create(name=n, rule=rule, by=scene.recruiters[0].actor, now=scene.now) for n, rule in SEGMENTS]
    _place_by_hand(scene, made[0])
    bench = TalentPool.objects.get(name="Design bench")
    pool_feeds.feed(pool=bench, segment=made[2], by=scene.recruiters[0].actor, now=scene.now)
    came = Candidate.objects.filter(pk=OuterRef("candidate_id")).values("created_at")[:1]
    SegmentMembership.objects.update(entered_at=Subquery(came))  # people matched from the day they came


def _place_by_hand(scene: Scene, segment: Segment) -> None:
    """A rule is right about most people: two of them a colleague knows better."""
    inside = [m.candidate for m in segments.members(segment=segment, after=None, limit=8)]
    others = Candidate.objects.exclude(segment_memberships__segment=segment).order_by("pk")[:1]
    words = (
        (inside[-1:], Placing.OUT, "On parental leave until spring"),
        (others, Placing.IN, "Is learning Python now"),
    )
    for people, placing, reason in words:
        for person in people:
            placements.place(
                segment=segment,
                candidate=person,
                placing=placing,
                reason=reason,
                by=scene.recruiters[-1].actor,
                now=scene.now,
            )


def _spread(scene: Scene, memberships: Sequence[PoolMembership]) -> None:
    """Everywhere on the board, some moved lately and some long ago."""
    stages = {m.pool_id: pool_stages.of(m.pool) for m in memberships[:1]}
    for membership in memberships:
        membership.stage = scene.dice.choice(stages[membership.pool_id])
        membership.moved_at = scene.now - timedelta(days=scene.dice.choice((0, 1, 3, 4, 7, 9, 14, 25)))
    PoolMembership.objects.bulk_update(memberships, ["stage", "moved_at"])
