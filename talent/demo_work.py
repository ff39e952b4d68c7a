"""The demo's tasks."""

from __future__ import annotations

from datetime import time, timedelta

from crm.services.demo import Scene
from talent.choices import TaskSource
from talent.models import Candidate
from talent.services import tasks

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


def work(scene: Scene) -> None:
    """Tasks of every recruiter, some late, some of today, some done."""
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
        now=scene.now - timedelta(days=8),
        zone=scene.tenant.time_zone,
        candidate=person,
        assignee=member,
        due_on=due if number % 5 else None,
        due_time=at if number % 5 else None,
        source=source,
    )
    if number % 4 == 0:
        tasks.complete(tasks=[task], by=member.actor, now=scene.now - timedelta(days=1))
