"""What people do in a workspace that rules wait for: each sets a rule up, and returns the act."""

from __future__ import annotations

import re
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.tenancy.context import tenant as open_tenant
from inbox.models import InboundMail, Message
from inbox.services import inbound
from outreach.models import (
    OutboundMessage,
    SandboxMessage,
    TrackedLink,
)
from outreach.services import sending, tokens
from portal.models import AssetRequest, EventRequest
from portal.services import content
from portal.services.content import Words
from portal.tasks import take_in_registration, take_in_request
from talent.models import (
    PoolMembership,
    Segment,
    Tag,
)
from talent.services import applications, jobs, labels, pool_stages, pools, recruiting_events, segments
from tests.factories.outreach import a_sequence, enrolled
from tests.outreach.rule_world import ADDRESS, Act, Cause, World
from tests.portal.doors import asked, token_in
from tests.portal.doors import inside as inside_the_portal


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


def _event(world: World) -> str:
    """An event that has just begun, for which Maya has not registered."""
    begin = timezone.now() - timedelta(hours=1)
    with open_tenant(world.tenant):
        values = {"name": "Meet-up", "starts_at": begin, "ends_at": begin + timedelta(hours=3), "time_zone": "UTC"}
        return str(recruiting_events.create(values={**values, "state": "open", "is_public": True}, by=SYSTEM).pk)


def _place(world: World, event: str) -> str:
    made = world.api("post", f"events/{event}/attendances/", candidate_ids=[str(world.maya.pk)])
    return str(made["registered"][0]["id"])


def event_registered_by_page(world: World) -> Act:
    event = _event(world)
    world.rule("event_registered", recruiting_event=event)
    return lambda: world.page(f"events/{event}/register/", people=str(world.maya.pk))


def event_registered_by_api(world: World) -> Act:
    event = _event(world)
    world.rule("event_registered", recruiting_event=event)
    return lambda: _place(world, event) and None


def event_registered_by_form(world: World) -> Act:
    """By the event's page for everybody, as a visitor fills it in."""
    event = _event(world)
    world.rule("event_registered", recruiting_event=event)

    def act() -> None:
        Client().post(f"/p/acme/e/{event}/", {"name": "Maya Lindqvist", "email": ADDRESS})
        with open_tenant(world.tenant):
            waiting = list(EventRequest.objects.values_list("pk", flat=True))
        for pk in waiting:
            take_in_registration.run(str(world.tenant.pk), str(pk))

    return act


def event_attended_by_page(world: World) -> Act:
    place = _place(world, event := _event(world))
    world.rule("event_attended", recruiting_event=event)
    return lambda: world.page(f"attendances/{place}/mark/", state="attended")


def event_attended_by_api(world: World) -> Act:
    place = _place(world, event := _event(world))
    world.rule("event_attended", recruiting_event=event)
    return lambda: world.api("patch", f"attendances/{place}/", state="attended")


def event_no_show_by_page(world: World) -> Act:
    """All at once: who did not come."""
    _place(world, event := _event(world))
    world.rule("event_no_show", recruiting_event=event)
    return lambda: world.page(f"events/{event}/no-shows/")


def event_no_show_by_api(world: World) -> Act:
    _place(world, event := _event(world))
    world.rule("event_no_show")
    return lambda: world.api("post", f"events/{event}/no-shows/")


CAUSES: list[Cause] = [
    segment_entered,
    segment_left_by_page,
    stage_changed_by_page,
    stage_changed_by_api,
    stage_of_a_job_by_page,
    stage_of_a_job_by_api,
    outcome_by_page,
    outcome_by_api,
    download,
    link_clicked,
    reply_class,
    reply_class_corrected_by_page,
    reply_class_corrected_by_api,
    portal_log_in,
    profile_changed,
    event_registered_by_page,
    event_registered_by_api,
    event_registered_by_form,
    event_attended_by_page,
    event_attended_by_api,
    event_no_show_by_page,
    event_no_show_by_api,
]
