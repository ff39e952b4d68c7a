"""Every moment that a rule may wait for, brought about as people bring it about: by a page, by the API, by time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Member, Notification, Tenant
from crm.tenancy.context import tenant as open_tenant
from inbox.models import InboundMail, Message
from inbox.services import inbound
from outreach import tasks
from outreach.models import (
    AutomationRule,
    Enrolment,
    OutboundMessage,
    RuleRun,
    SandboxMessage,
    TrackedLink,
    WebhookCall,
)
from outreach.services import sending, tokens
from portal.models import AssetRequest
from portal.services import content
from portal.services.content import Words
from portal.tasks import take_in_request
from talent import reactions
from talent.models import (
    Candidate,
    CandidateTag,
    ConsentRecord,
    FieldDefinition,
    PoolMembership,
    Segment,
    Tag,
    Task,
)
from talent.services import applications, jobs, labels, pool_stages, pools, segments
from tests.factories.outreach import a_person, a_sequence, enrolled
from tests.portal.doors import asked, token_in
from tests.portal.doors import inside as inside_the_portal

JSON = "application/json"
ADDRESS = "maya.lindqvist@example.com"
DAY = timedelta(days=1)


@dataclass
class World:
    """A workspace with Maya in it, somebody logged in, and what an act needs."""

    tenant: Tenant
    client: Client
    maya: Candidate
    run_readers: Callable[[], int]

    def page(self, path: str, **sent: Any) -> Any:
        answer = self.client.post(f"/o/acme/{path}", sent)
        assert answer.status_code in (200, 302), answer.content.decode()[:2000]
        return answer

    def api(self, method: str, path: str, **sent: Any) -> Any:
        answer = getattr(self.client, method)(f"/o/acme/api/v1/{path}", sent, content_type=JSON)
        assert answer.status_code in (200, 201, 204), answer.content
        return answer.json() if answer.content else None

    def rule(self, trigger: str, *actions: dict[str, Any], **settings: Any) -> str:
        """A rule, made and turned on by the API."""
        done = list(actions) or [{"act": "tag", "tag": "noticed"}]
        made = self.api("post", "automation/", name="Rule", trigger=trigger, actions=done, settings=settings)
        self.api("post", f"automation/{made['id']}/on/")
        return str(made["id"])

    def settle(self) -> None:
        """What the worker does: readers, until what they tell one another is read; and rules for many people."""
        for _ in range(4):
            self.run_readers()
        tasks.run_rules(str(self.tenant.pk))

    def ran_for(self) -> list[Candidate]:
        with open_tenant(self.tenant):
            return [run.candidate for run in RuleRun.objects.filter(acted=True).select_related("candidate")]


@pytest.fixture
def world(tenant: Tenant, owner_client: Client, run_readers: Callable[[], int]) -> World:
    cache.clear()
    with open_tenant(tenant):
        maya = a_person()
    return World(tenant, owner_client, maya, run_readers)


Act = Callable[[], None]
Cause = Callable[[World], Act]


# --- each cause: sets the rule up, and returns what brings the moment about


def _segment(world: World) -> Segment:
    with open_tenant(world.tenant):
        tag = Tag.objects.create(name="kotlin")
        rule = {"all": [{"field": "tag", "op": "is_any_of", "value": [str(tag.pk)]}]}
        made = segments.create(name="Kotlin", rule=rule, by=SYSTEM, now=timezone.now())
    world.settle()
    return made


def _tagged(world: World) -> None:
    with open_tenant(world.tenant):
        labels.tag(candidates=[world.maya], name="kotlin", by=SYSTEM, now=timezone.now())
    world.settle()


def segment_entered(world: World) -> Act:
    world.rule("segment_entered", segment=str(_segment(world).pk))
    return lambda: world.api("patch", f"candidates/{world.maya.pk}/", tags=["kotlin"])


def segment_left_by_page(world: World) -> Act:
    segment = _segment(world)
    _tagged(world)
    world.rule("segment_left", segment=str(segment.pk))
    return lambda: world.page(f"candidates/{world.maya.pk}/edit/", name="Maya Lindqvist", tags="")


def _pool(world: World) -> tuple[PoolMembership, str]:
    with open_tenant(world.tenant):
        pool = pools.create(name="Berlin", purpose="", by=SYSTEM)
        pools.add(pool=pool, candidates=[world.maya], by=SYSTEM, now=timezone.now())
        return PoolMembership.objects.get(), str(pool_stages.of(pool)[1].pk)


def stage_changed_by_page(world: World) -> Act:
    place, stage = _pool(world)
    world.rule("pool_moved", pool=str(place.pool_id))
    return lambda: world.page(f"pool-members/{place.pk}/move/", stage=stage)


def stage_changed_by_api(world: World) -> Act:
    place, stage = _pool(world)
    world.rule("pool_moved", pool=str(place.pool_id))
    return lambda: world.api("patch", f"pool-members/{place.pk}/", stage_id=stage)


def _application(world: World) -> tuple[str, str]:
    with open_tenant(world.tenant):
        now = timezone.now()
        job = jobs.create(values={"title": "Engineer", "state": "open"}, by=SYSTEM, today=now.date(), now=now)
        row = applications.add(job=job, candidate=world.maya, by=SYSTEM, now=now)
        return str(row.pk), str(jobs.stages(job)[1].pk)


def stage_of_a_job_by_page(world: World) -> Act:
    application, stage = _application(world)
    world.rule("application_moved")
    return lambda: world.page(f"applications/{application}/move/", stage=stage)


def stage_of_a_job_by_api(world: World) -> Act:
    application, stage = _application(world)
    world.rule("application_moved")
    return lambda: world.api("patch", f"applications/{application}/", stage_id=stage)


def outcome_by_page(world: World) -> Act:
    application, _ = _application(world)
    world.rule("application_decided", outcome="rejected")
    with open_tenant(world.tenant):
        why = next(one for one in jobs.dispositions() if one.declined_by == "us")
    return lambda: world.page(f"applications/{application}/decide/", outcome="rejected", disposition=why.pk)


def outcome_by_api(world: World) -> Act:
    application, _ = _application(world)
    world.rule("application_decided", outcome="rejected")
    with open_tenant(world.tenant):
        why = next(one for one in jobs.dispositions() if one.declined_by == "us")
    return lambda: world.api("patch", f"applications/{application}/", outcome="rejected", disposition=why.name)


def download(world: World) -> Act:
    """By the form that stands before a file, as a visitor fills it in."""
    with open_tenant(world.tenant):
        upload = SimpleUploadedFile("paper.pdf", b"%PDF-1.4 paper", "application/pdf")
        item = content.create(kind="asset", words=Words("Paper", is_gated=True), by=SYSTEM, upload=upload)
        content.publish(item=item, by=SYSTEM, now=timezone.now())
    world.rule("asset_downloaded", content=str(item.pk))

    def act() -> None:
        Client().post("/p/acme/c/paper/", {"name": "Maya Lindqvist", "email": ADDRESS})
        with open_tenant(world.tenant):
            waiting = list(AssetRequest.objects.values_list("pk", flat=True))
        for pk in waiting:
            take_in_request.run(str(world.tenant.pk), str(pk))

    return act


def _sent(world: World) -> OutboundMessage:
    with open_tenant(world.tenant):
        sequence = a_sequence(body="Read [this](https://example.com/read).", tracks_clicks=True)
        enrolled(sequence, [world.maya], timezone.now() - timedelta(hours=1))
    sending.send_due(tenant=world.tenant)
    with open_tenant(world.tenant):
        OutboundMessage.objects.update(handed_over_at=timezone.now() - timedelta(minutes=5))
        return OutboundMessage.objects.get()


def link_clicked(world: World) -> Act:
    _sent(world)
    world.rule("clicked")
    with open_tenant(world.tenant):
        link = TrackedLink.objects.get()
    browser = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})

    def act() -> None:
        url = tokens.url("click", tenant_id=world.tenant.pk, row_id=link.pk)
        assert browser.get(re.sub(r"^https?://[^/]+", "", url)).status_code == 302

    return act


def _answer(world: World) -> None:
    """Maya answers, in the sandbox; the mail comes in by the real pipeline."""
    with open_tenant(world.tenant):
        copy = SandboxMessage.objects.get()
    world.page(f"sandbox/{copy.pk}/reply/", text="I am very interested, let us talk.")
    with open_tenant(world.tenant):
        waiting = list(InboundMail.objects.waiting().values_list("pk", flat=True))
    for pk in waiting:
        inbound.read(tenant=world.tenant, inbound_id=pk)


def reply_class(world: World) -> Act:
    _sent(world)
    world.rule("replied", reply_class="interested")
    return lambda: _answer(world)


def reply_class_corrected_by_page(world: World) -> Act:
    _sent(world)
    _answer(world)
    world.settle()
    world.rule("replied", reply_class="not_now")
    with open_tenant(world.tenant):
        message = Message.objects.get()
    return lambda: world.page(f"received-messages/{message.pk}/class/", reply_class="not_now")


def reply_class_corrected_by_api(world: World) -> Act:
    _sent(world)
    _answer(world)
    world.settle()
    world.rule("replied", reply_class="not_now")
    with open_tenant(world.tenant):
        message = Message.objects.get()
    return lambda: world.api("patch", f"received-messages/{message.pk}/", reply_class="not_now")


def portal_log_in(world: World) -> Act:
    world.rule("portal_visited")

    def act() -> None:
        browser, mail = asked(world.tenant, ADDRESS)
        browser.post("/p/acme/enter/", {"token": token_in(mail)}, follow=True)

    return act


def profile_changed(world: World) -> Act:
    browser = inside_the_portal(world.tenant, ADDRESS)
    world.rule("profile_edited")

    def act() -> None:
        browser.post("/p/acme/me/edit/", {"name": "Maya Lindqvist", "headline": "Builder of bridges"})

    return act


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
    *(segment_entered, segment_left_by_page, stage_changed_by_page, stage_changed_by_api),
    *(stage_of_a_job_by_page, stage_of_a_job_by_api, outcome_by_page, outcome_by_api, download, link_clicked),
    *(reply_class, reply_class_corrected_by_page, reply_class_corrected_by_api, portal_log_in, profile_changed),
    *(consent_by_page, consent_by_api, consent_expiring, consent_expired, day_before_a_date, silence_of_months),
    *(content_by_page, content_by_api, job_by_page, job_by_api),
]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_rule_runs_for_the_person_when_it_happens(world: World, cause: Cause) -> None:
    act = cause(world)
    world.settle()
    before = world.ran_for()

    act()
    world.settle()

    assert (before, world.ran_for()) == ([], [world.maya])
    with open_tenant(world.tenant):
        assert CandidateTag.objects.filter(candidate=world.maya, tag__name="noticed").exists()


# --- then


def _did(world: World, *actions: dict[str, Any]) -> None:
    world.rule("consent_given", *actions)
    consent_by_api_only(world)
    world.settle()
    assert world.ran_for() == [world.maya]


def consent_by_api_only(world: World) -> None:
    said = {"purpose": "news", "state": "given", "origin": "spoken", "evidence": "On the phone"}
    world.api("post", f"candidates/{world.maya.pk}/consents/", **said)


def test_everything_that_may_be_done_is_done(world: World, owner: Member, recruiter: Member) -> None:
    with open_tenant(world.tenant):
        Candidate.objects.update(owner=recruiter)
        sequence = a_sequence()
        pool = pools.create(name="Berlin", purpose="", by=SYSTEM)

    _did(
        world,
        {"act": "enrol", "sequence": str(sequence.pk)},
        {"act": "pool", "pool": str(pool.pk)},
        {"act": "tag", "tag": "agreed"},
        {"act": "task", "words": "Call them", "days": 2},
        {"act": "notify", "member": str(owner.pk), "words": "They agreed."},
        {"act": "webhook", "url": "https://hooks.example.com/rapport"},
    )

    with open_tenant(world.tenant):
        assert Enrolment.objects.open().get().candidate == world.maya
        assert PoolMembership.objects.get().pool == pool
        assert CandidateTag.objects.get(tag__name="agreed").candidate == world.maya
        assert Task.objects.get().assignee == recruiter
        assert Notification.objects.get(kind="automation").member == owner
        assert WebhookCall.objects.get().url == "https://hooks.example.com/rapport"
