"""Consents, days, silence, content and jobs that rules wait for: each sets a rule up, and returns the act."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from crm.tenancy.context import tenant as open_tenant
from outreach import tasks
from outreach.models import (
    AutomationRule,
)
from talent import reactions
from talent.models import (
    Candidate,
    ConsentRecord,
    FieldDefinition,
)
from tests.outreach.rule_world import DAY, Act, Cause, World


def consent_by_page(world: World) -> Act:
    world.rule("consent_given")
    today = timezone.localdate().isoformat()
    said = {"purpose": "news", "channel": "all", "state": "given", "origin": "spoken", "said_on": today}
    return lambda: world.page(f"candidates/{world.maya.pk}/consent/record/", **said, evidence="On the phone")


def consent_by_api(world: World) -> Act:
    world.rule("consent_given")
    said = {"purpose": "news", "state": "given", "origin": "spoken", "evidence": "On the phone"}
    return lambda: world.api("post", f"candidates/{world.maya.pk}/consents/", **said)


def _tomorrow(world: World, rule: str) -> Act:
    """The rule has looked at every day but the last."""
    with open_tenant(world.tenant):
        yesterday = timezone.localdate() - DAY
        AutomationRule.objects.filter(pk=rule).update(walked_on=yesterday, activated_at=timezone.now() - 2 * DAY)
    return lambda: tasks.walk_rules(str(world.tenant.pk))


def _consented(world: World, ends_in: timedelta) -> None:
    with open_tenant(world.tenant):
        now = timezone.now()
        ConsentRecord.objects.create(
            candidate=world.maya,
            purpose="news",
            channel="",
            state="given",
            origin="spoken",
            evidence="On the phone",
            occurred_at=now - 30 * DAY,
            expires_at=now + ends_in,
        )


def consent_expiring(world: World) -> Act:
    _consented(world, 14 * DAY)
    return _tomorrow(world, world.rule("consent_expiring", days=14))


def consent_expired(world: World) -> Act:
    _consented(world, -timedelta(minutes=5))
    rule = world.rule("consent_expired")
    with open_tenant(world.tenant):
        AutomationRule.objects.filter(pk=rule).update(activated_at=timezone.now() - DAY)
    return reactions.tell_expired_consents


def day_before_a_date(world: World) -> Act:
    with open_tenant(world.tenant):
        FieldDefinition.objects.create(key="vesting", name="Shares vest", type="date")
    day = (timezone.localdate() + 3 * DAY).isoformat()
    world.api("patch", f"candidates/{world.maya.pk}/", custom={"vesting": day})
    return _tomorrow(world, world.rule("date", date_field="custom:vesting", days=3, side="before"))


def silence_of_months(world: World) -> Act:
    with open_tenant(world.tenant):
        Candidate.objects.update(last_two_way_at=timezone.now() - 186 * DAY)
    rule = world.rule("silent", months=6)
    with open_tenant(world.tenant):
        earlier = timezone.localdate() - 10 * DAY
        AutomationRule.objects.filter(pk=rule).update(walked_on=earlier, activated_at=timezone.now() - 11 * DAY)
    return lambda: tasks.walk_rules(str(world.tenant.pk))


def _knows(world: World, skill: str) -> None:
    world.api("patch", f"candidates/{world.maya.pk}/", skills=[skill])
    world.settle()


def content_by_page(world: World) -> Act:
    _knows(world, "Kotlin")
    world.rule("content_published", content_kind="post")
    words = {"title": "Coroutines", "body": "Read.", "topics": ["Kotlin"]}

    def act() -> None:
        made = world.page("content/new/post/", **words)
        assert world.client.post(made["Location"].replace("edit", "publish"), words).status_code == 302

    return act


def content_by_api(world: World) -> Act:
    _knows(world, "Kotlin")
    world.rule("content_published", content_kind="post")

    def act() -> None:
        made = world.api("post", "content/", kind="post", title="Coroutines", body="Read.", topics=["Kotlin"])
        world.api("post", f"content/{made['id']}/publish/")

    return act


def _draft(world: World) -> str:
    _knows(world, "Kotlin")
    world.rule("job_opened")
    made = world.api("post", "jobs/", title="Engineer", state="draft")
    world.api("post", f"jobs/{made['id']}/requirements/", kind="skill", text="Kotlin", must=True)
    return str(made["id"])


def job_by_page(world: World) -> Act:
    job = _draft(world)
    words = {"title": "Engineer", "state": "open", "headcount": "1", "remote": "on_site", "employment": "permanent"}
    return lambda: world.page(f"jobs/{job}/edit/", **words)


def job_by_api(world: World) -> Act:
    job = _draft(world)
    return lambda: world.api("patch", f"jobs/{job}/", state="open")


CAUSES: list[Cause] = [
    consent_by_page,
    consent_by_api,
    consent_expiring,
    consent_expired,
    day_before_a_date,
    silence_of_months,
    content_by_page,
    content_by_api,
    job_by_page,
    job_by_api,
]
