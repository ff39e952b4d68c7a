"""What is done with a broadcast: a trial, sending it off, approving it, holding and ending it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.choices import BroadcastStatus
from outreach.forms.broadcasts import SendBackForm
from outreach.models import Broadcast
from outreach.services import broadcast_overview, broadcasts, overview, trial_mails
from outreach.services.broadcasts import NotReady, OwnApproval
from outreach.services.clock import database_now
from outreach.services.trial_mails import NotSent, TrialMail
from outreach.views.broadcasts import back
from outreach.views.message_templates import chosen_person


def _do(request: MemberRequest, pk: UUID, act: Callable[[Broadcast], str]) -> HttpResponse:
    """Do it and say what came of it, or why it cannot be done."""
    broadcast = load(broadcast_overview.with_all(), pk)
    try:
        said = act(broadcast)
    except (NotReady, OwnApproval, NotSent) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return back(request, broadcast)


@require_POST
@member(Permission.OUTREACH_SEND)
def submit(request: MemberRequest, pk: UUID) -> HttpResponse:
    def act(broadcast: Broadcast) -> str:
        row = broadcasts.submit(broadcast=broadcast, member=request.member, by=request.actor, now=database_now())
        if row.is_freezing:
            return "Its audience is being written down: you need not wait for it here."
        if row.status == BroadcastStatus.WAITING:
            return "The audience is frozen. A second person must approve it now."
        return f"It goes out to {row.people:,} people."

    return _do(request, pk, act)


@require_POST
@member(Permission.OUTREACH_SEND)
def approve(request: MemberRequest, pk: UUID) -> HttpResponse:
    def act(broadcast: Broadcast) -> str:
        broadcasts.approve(broadcast=broadcast, member=request.member, by=request.actor, now=database_now())
        return "You approved it: it goes out."

    return _do(request, pk, act)


@require_POST
@member(Permission.OUTREACH_SEND)
def send_back(request: MemberRequest, pk: UUID) -> HttpResponse:
    form = SendBackForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""

    def act(broadcast: Broadcast) -> str:
        broadcasts.send_back(broadcast=broadcast, by=request.actor, words=words)
        return "It is a draft again."

    return _do(request, pk, act)


@require_POST
@member(Permission.OUTREACH_SEND)
def pause(request: MemberRequest, pk: UUID) -> HttpResponse:
    def act(broadcast: Broadcast) -> str:
        broadcasts.pause(broadcast=broadcast, by=request.actor, now=database_now())
        return "It is paused: nothing more of it goes until you let it go on."

    return _do(request, pk, act)


@require_POST
@member(Permission.OUTREACH_SEND)
def resume(request: MemberRequest, pk: UUID) -> HttpResponse:
    def act(broadcast: Broadcast) -> str:
        broadcasts.resume(broadcast=broadcast, by=request.actor, now=database_now())
        return "It goes on."

    return _do(request, pk, act)


@require_POST
@member(Permission.OUTREACH_SEND)
def cancel(request: MemberRequest, pk: UUID) -> HttpResponse:
    def act(broadcast: Broadcast) -> str:
        ended = broadcasts.cancel(broadcast=broadcast, by=request.actor, now=database_now())
        return f"It is cancelled: {ended:,} people do not get it."

    return _do(request, pk, act)


@require_POST
@member(Permission.OUTREACH_EDIT)
def trial(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Send it to oneself, as the person of the preview gets it."""

    def act(broadcast: Broadcast) -> str:
        person = chosen_person(request) or broadcast_overview.people_to_preview(broadcast).first()
        if person is None:
            raise NotSent("Add a candidate first: a trial is written to somebody real.")
        place = overview.place_of_broadcast(broadcast)
        mail = TrialMail(broadcast.subject, broadcast.body, person, place, broadcast.mailbox)
        address = trial_mails.send(
            mail=mail, tenant=request.tenant, to=request.member, by=request.actor, now=database_now()
        )
        return f"A trial is on its way to {address}, as {person.name} would get it."

    return _do(request, pk, act)
