"""The demo's search for a job, run over everybody."""

from __future__ import annotations

from django.utils import timezone

from crm.services.demo import Scene
from talent.services import passages, rediscovery

JOB = """We look for a senior engineer for our platform team.
- must: Python in production
- PostgreSQL, and care for slow queries
- Kubernetes or another way to run services
- Has worked with security reviews or incident response
"""


def a_search(scene: Scene) -> None:
    """Everybody's passages, and one search for a job."""
    scene.say("Everybody's words are read, and a job looks for people")
    with scene.chapter():
        while passages.keep(now=timezone.now()):
            pass
        rediscovery.create(
            name="Senior platform engineer", text=JOB, rule={}, by=scene.recruiters[0].actor, now=scene.now
        )
