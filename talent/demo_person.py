"""What the demo knows of its people beside work and address: levels, wishes, facts, fields of its own."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, time, timedelta

from crm.services.demo import Scene
from talent.choices import Address, Channel, FactKind, FieldType, JobSearchStatus, PointUse, SkillKind, SourceKind
from talent.demo import no_earlier
from talent.models import Candidate, CandidateSkill, ContactPoint, Skill
from talent.services import (
    candidates,
    custom_fields,
    facts,
    field_values,
    preferences,
    private_labels,
    skills,
    sources,
)
from talent.services.custom_fields import Rules
from talent.services.preferences import Wishes

KNOWN = 60  # so many people are known more closely
FIELDS = (
    (FieldType.NUMBER, Rules("Notice period (weeks)")),
    (FieldType.CHOICE, Rules("Work permit", choices=["Citizen", "EU blue card", "Needs a visa"])),
    (FieldType.CHOICES, Rules("Interests", choices=["Speaking", "Mentoring", "Open source", "Leading"])),
    (FieldType.URL, Rules("Portfolio", help_text="Their own page.")),
    (FieldType.DATE, Rules("Free from")),
)
FACTS = (
    (FactKind.FACT, "Three months' notice, to the end of a quarter."),
    (FactKind.FACT, "Wants to lead a small team next."),
    (FactKind.FACT, "Does not move before the school year ends."),
    (FactKind.FACT, "On parental leave until the autumn."),
    (FactKind.PROMISE, "We send the salary range for the platform role."),
    (FactKind.PROMISE, "We introduce her to the head of data."),
    (FactKind.QUESTION, "Would a four-day week change their mind?"),
    (FactKind.QUESTION, "Do they need sponsorship?"),
)
ALIASES = (("Kubernetes", "k8s"), ("PostgreSQL", "Postgres"), ("TypeScript", "TS"), ("Vue.js", "Vue"))
PARENTS = (("Django", "Python"), ("pandas", "Python"), ("PyTorch", "Python"), ("React", "TypeScript"))
LABELS = ("call in May", "great with juniors", "ask about Rust")
CAME_AGAIN = ("Summer meetup", "Newsletter sign-up", "Careers page")


def closer(scene: Scene) -> None:
    """Names of skills, levels of everybody, and sixty people who are known more closely."""
    scene.say("what people told about themselves is written down")
    dice = random.Random(1913)  # noqa: S311 - of its own: what other chapters draw stays as it is
    with scene.chapter():
        _vocabulary(scene)
        _levels(dice)
        people = list(Candidate.objects.newest_first()[: KNOWN * 4 : 4])
        for number, person in enumerate(people):
            _know(scene, dice, person, number)
        _labels(scene, people)


def _vocabulary(scene: Scene) -> None:
    by = scene.recruiters[0].actor
    for name, alias in ALIASES:
        if skill := skills.known([name.casefold()]).get(name.casefold()):
            skills.add_alias(skill=skill, name=alias, by=by)
    for name, parent in PARENTS:
        found = skills.known([name.casefold(), parent.casefold()])
        if len(found) == 2:
            child: Skill = found[name.casefold()]
            skills.place(skill=child, kind=child.kind, parent=found[parent.casefold()], by=by)
    for type_, rules in FIELDS:
        custom_fields.create(rules=rules, type=type_, by=by)


def _levels(dice: random.Random) -> None:
    """How well each does what they do, as colleagues judged it; of some, nobody knows."""
    claims = list(CandidateSkill.objects.select_related("skill"))
    for claim in claims:
        if claim.skill.kind == SkillKind.LANGUAGE:
            claim.cefr = dice.choice((None, 3, 4, 5, 6, 7))
        elif dice.random() < 0.6:
            claim.level, claim.years = dice.choice((1, 2, 3, 3, 4)), float(dice.randint(1, 12))
    CandidateSkill.objects.bulk_update(claims, ["cefr", "level", "years"], batch_size=1000)
    points = list(ContactPoint.objects.emails())
    for point in points:
        point.use = dice.choice((PointUse.WORK, PointUse.PRIVATE, ""))
    ContactPoint.objects.bulk_update(points, ["use"], batch_size=1000)


def _know(scene: Scene, dice: random.Random, person: Candidate, number: int) -> None:
    by, today = scene.recruiters[number % len(scene.recruiters)].actor, scene.now.date()
    for kind, text in dice.sample(FACTS, k=dice.randint(1, 3)):
        told = max(today - timedelta(days=dice.randint(3, 80)), person.created_at.date())
        facts.add(candidate=person, text=text, kind=kind, stated_on=told, by=by, now=scene.now)
    preferences.put(candidate=person, wishes=_wishes(dice, today), by=by, now=scene.now)
    field_values.put(candidate=person, values=_fields(dice, today), role=None, by=by, now=scene.now)
    changes: dict[str, object] = {
        "job_search": dice.choice(list(JobSearchStatus)),
        "open_to_remote": dice.choice((True, False, None)),
        "open_to_relocation": dice.choice((True, False, None)),
    }
    then = scene.now - timedelta(days=dice.randint(1, 60))
    candidates.edit(candidate=person, changes=changes, by=by, now=no_earlier(person, then))
    if number % 3 == 0:
        source = candidates.source_named(CAME_AGAIN[number % len(CAME_AGAIN)], SourceKind.EVENT)
        again = no_earlier(person, scene.now - timedelta(days=10))
        sources.touch(candidate=person, source=source, now=again, detail="Left their address")


def _wishes(dice: random.Random, today: date) -> Wishes:
    return Wishes(
        channel=str(dice.choice(list(Channel))),
        hours_from=time(dice.choice((8, 9, 10))),
        hours_until=time(dice.choice((16, 18, 20))),
        weekdays=dice.choice(((1, 2, 3, 4, 5), (2, 4), ())),
        language=dice.choice(("en", "de", "fr", "")),
        address=str(dice.choice((Address.FIRST_NAME, Address.FIRST_NAME, Address.FORMAL))),
        pronouns=dice.choice(("she/her", "he/him", "they/them", "")),
        paused_until=today + timedelta(days=dice.randint(10, 60)) if dice.random() < 0.15 else None,
    )


def _fields(dice: random.Random, today: date) -> dict[str, object]:
    return {
        "notice_period_weeks": dice.choice((2, 4, 8, 12)),
        "work_permit": dice.choice(("Citizen", "EU blue card", "Needs a visa", "")),
        "interests": dice.sample(["Speaking", "Mentoring", "Open source", "Leading"], k=dice.randint(0, 2)),
        "free_from": (today + timedelta(days=dice.randint(20, 200))).isoformat(),
    }


def _labels(scene: Scene, people: Sequence[Candidate]) -> None:
    for number, person in enumerate(people[:12]):
        member = scene.recruiters[number % len(scene.recruiters)]
        private_labels.set_labels(candidate=person, member=member, names=[LABELS[number % len(LABELS)]])
