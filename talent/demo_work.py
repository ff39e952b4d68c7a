"""The demo's tasks, jobs and applications."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from crm.actors import Actor
from crm.services.demo import Scene
from talent.choices import TaskSource
from talent.choices_jobs import DeclinedBy, JobState, Outcome, Remote, RequirementKind
from talent.demo import known_since, no_earlier
from talent.models import Application, Candidate, DispositionReason
from talent.services import applications, jobs, tasks

TITLES = (
    "Call back about the platform role",
    "Send the salary range we promised",
    "Ask again after the parental leave",
    "Invite to the meet-up in Berlin",
    "Check whether the notice period has begun",
    "Congratulate on the new certificate",
    "Ask for an updated résumé",
    "Introduce to the hiring manager",
)


JOBS = (
    ("Senior backend engineer", "Platform", "backend", ("Python", "PostgreSQL")),
    ("Cloud security engineer", "Security", "security", ("IAM", "Cloud security")),
    ("Product designer", "Design", "designer", ("Figma", "Prototyping")),
    ("Data engineer", "Analytics", "data", ("SQL", "Airflow")),
)


def work(scene: Scene) -> None:
    """Tasks of every recruiter, some late, some of today, some done; jobs with applicants, some decided."""
    with scene.chapter():
        for number, (title, department, word, asks) in enumerate(JOBS):
            _job(scene, number, title, department, word, asks)
    with scene.chapter():
        _filled_job(scene)
    with scene.chapter():
        people = list(Candidate.objects.newest_first()[:60])
        for number in range(24):
            _task(scene, scene.dice.choice(people), number)


def _task(scene: Scene, person: Candidate, number: int) -> None:
    member, by = scene.dice.choice(scene.recruiters), scene.dice.choice(scene.recruiters)
    due = (scene.now + timedelta(days=scene.dice.randint(-6, 18))).date()
    source = scene.dice.choice((TaskSource.MANUAL, TaskSource.MANUAL, TaskSource.PROMISE))
    at = time(scene.dice.randint(9, 16), 30) if number % 3 == 0 else None
    task = tasks.add(
        title=TITLES[number % len(TITLES)],
        by=by.actor,
        now=no_earlier(person, scene.now - timedelta(days=8)),
        zone=scene.tenant.time_zone,
        candidate=person,
        assignee=member,
        due_on=due if number % 5 else None,
        due_time=at if number % 5 else None,
        source=source,
    )
    if number % 4 == 0:
        tasks.complete(tasks=[task], by=member.actor, now=scene.now - timedelta(days=1))


def _job(scene: Scene, number: int, title: str, department: str, word: str, asks: tuple[str, ...]) -> None:
    owner, then = scene.recruiters[number % len(scene.recruiters)], scene.now - timedelta(days=60)
    state = (JobState.OPEN, JobState.OPEN, JobState.ON_HOLD, JobState.OPEN)[number]
    values = {"title": title, "department": department, "place": "Berlin", "remote": Remote.HYBRID, "state": state}
    job = jobs.create(values=values, by=owner.actor, today=then.date(), now=then)
    for place, text in enumerate(asks):
        jobs.require(job=job, kind=RequirementKind.SKILL, text=text, must=place == 0, by=owner.actor)
    stages, known = jobs.stages(job), known_since(then)
    fitting = [one for one in known if word in one.current_title.casefold()]
    for person in scene.dice.sample(fitting, min(len(fitting), 14)):
        came = then + timedelta(days=scene.dice.randint(0, 40))
        row = applications.add(job=job, candidate=person, by=owner.actor, now=came, source="Career page")
        for stage in stages[1 : scene.dice.randint(1, len(stages))]:
            came += timedelta(days=3)
            applications.move(application=row, stage=stage, by=owner.actor, now=min(came, scene.now))
        if scene.dice.random() < 0.4:
            _decide(scene, row, owner.actor, min(came + timedelta(days=2), scene.now))


def _filled_job(scene: Scene) -> None:
    """A job of last year: its finalists would be welcome, and nobody has talked with them since."""
    owner, then = scene.recruiters[0], scene.now - timedelta(days=430)
    values = {
        "title": "Site reliability engineer",
        "department": "Platform",
        "place": "Berlin",
        "remote": Remote.HYBRID,
    }
    job = jobs.create(values=values | {"state": JobState.OPEN}, by=owner.actor, today=then.date(), now=then)
    finalists = Candidate.objects.filter(last_two_way_at__lt=scene.now - timedelta(days=190)).order_by("name")[:6]
    final = next(stage for stage in jobs.stages(job) if stage.is_final)
    welcome = [reason for reason in _declining() if reason.is_positive]
    for number, person in enumerate(finalists):
        assert person.last_two_way_at is not None
        end = person.last_two_way_at
        came = no_earlier(person, end - timedelta(days=14))
        row = applications.add(job=job, candidate=person, by=owner.actor, now=came, source="Career page")
        applications.move(application=row, stage=final, by=owner.actor, now=end)
        _reject(scene, row, welcome[number % len(welcome)], owner.actor, end)
    closed = scene.now - timedelta(days=195)
    jobs.change(job=job, values={"state": JobState.CLOSED}, by=owner.actor, today=closed.date(), now=closed)


def _declining() -> list[DispositionReason]:
    return [reason for reason in jobs.dispositions() if reason.declined_by == DeclinedBy.US]


def _decide(scene: Scene, row: Application, by: Actor, now: datetime) -> None:
    _reject(scene, row, scene.dice.choice(_declining()), by, now)


def _reject(scene: Scene, row: Application, reason: DispositionReason, by: Actor, now: datetime) -> None:
    zone = scene.tenant.time_zone
    applications.decide(application=row, outcome=Outcome.REJECTED, disposition=reason, by=by, now=now, zone=zone)
