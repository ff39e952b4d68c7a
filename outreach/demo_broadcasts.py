"""The demo's broadcasts: one that went out, one that waits for a second person, one that is being written."""

from __future__ import annotations

from datetime import timedelta

from crm.models import Member
from crm.services.demo import Scene
from outreach.choices import BroadcastTime
from outreach.models import Broadcast
from outreach.services import broadcasts, contact_rules, topics
from outreach.services.broadcasts import Sources
from talent.models import Segment, TalentPool

ROLES = """Hi {{ first_name | default: "there" }},

three roles around our data platform open in spring, and I would rather tell you before they are advertised: \
https://example.com/jobs/data

Is one of them for you, or for somebody you know?

{{ sender.first_name | default: "The team" }}
"""
OPEN_DAY = """Hi {{ first_name | default: "there" }},

on the last Thursday of the month our teams open their doors: short talks, long coffee, no recruiting pitch.

Come by if you are near: https://example.com/open-day

{{ sender.first_name | default: "The team" }}
"""


def _draft(name: str, subject: str, body: str, topic: int, author: Member, sources: Sources) -> Broadcast:
    words = {"name": name, "subject": subject, "body": body, "topic": topics.in_use()[topic], "sender": author}
    return broadcasts.save(values=words, sources=sources, by=author.actor, author=author)


def mailings(scene: Scene) -> None:
    """Three broadcasts. What the first one sends goes out with the mails of its week."""
    author = scene.recruiters[1]
    with scene.chapter():
        segments, pools = list(Segment.objects.order_by("name")[:2]), list(TalentPool.objects.order_by("name")[:1])
        if not segments or not pools:
            return
        everybody = Sources(segments, pools)
        contact_rules.change(values={"approval_people": 5_000, "approval_percent": 0}, by=author.actor)
        contact_rules.change(values={"approval_for_broad": False}, by=author.actor)
        when = scene.now - timedelta(days=18)
        sent = _draft(
            "Data roles in spring", "Three data roles, before they are advertised", ROLES, 0, author, everybody
        )
        broadcasts.submit(broadcast=sent, member=author, by=author.actor, now=when)
        contact_rules.change(values={"approval_people": 5, "approval_percent": 25}, by=author.actor)
        waiting = _draft("Open day", "Come and see us", OPEN_DAY, 2, author, Sources(segments, not_pools=pools))
        values = {"time": BroadcastTime.MORNING, "goes_at": scene.now + timedelta(days=5)}
        broadcasts.save(values=values, sources=None, by=author.actor, broadcast=waiting)
        broadcasts.submit(broadcast=waiting, member=author, by=author.actor, now=scene.now)
        _draft("A year of moving data", "What a year of moving data taught us", "", 1, author, Sources(pools=pools))
