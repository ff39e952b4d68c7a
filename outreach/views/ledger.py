"""Pages of the ledger: who got what, who did not and why; settling what is unknown."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.models import Broadcast, OutboundMessage, Sequence
from outreach.services import evidence, outbox, overview, sums
from outreach.services.clock import database_now
from outreach.services.evidence import Decision
from outreach.services.overview import LedgerFilter
from talent.views.paging import after, read_key, split

SAID: dict[Decision, str] = {
    "arrived": "Noted: it arrived.",
    "send_again": "It is planned again.",
    "give_up": "Noted: it was not sent.",
}


@member(Permission.OUTREACH_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    """The ledger by `?sequence=`, `?broadcast=`, `?candidate=`, `?state=`, `?reason=`, with sums that add up."""
    chosen = LedgerFilter(
        sequence_id=read_key(request.GET.get("sequence", "")),
        broadcast_id=read_key(request.GET.get("broadcast", "")),
        candidate_id=read_key(request.GET.get("candidate", "")),
        state=request.GET.get("state", ""),
        reason=request.GET.get("reason", ""),
    )
    rows, following = split(overview.ledger_page(chosen, after=after(request)), overview.PAGE)
    words = {
        "chosen": chosen,
        "sums": sums.of(chosen.everything()),
        "rows": rows,
        "following": following,
        "sequence": load(Sequence, chosen.sequence_id) if chosen.sequence_id else None,
        "broadcast": load(Broadcast, chosen.broadcast_id) if chosen.broadcast_id else None,
        "base": "".join(f"{name}={key}&" for name, key in chosen.named()),
    }
    return render(request, "outreach/message_list.html", words)


@member(Permission.OUTREACH_VIEW)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    message = load(overview.messages_with_all(), pk)
    is_in_outbox = outbox.planned(database_now()).filter(pk=pk).exists()
    words = {"message": message, "events": message.events.select_related("link"), "is_in_outbox": is_in_outbox}
    return render(request, "outreach/message_detail.html", words)


def _settle(request: MemberRequest, pk: UUID, decision: Decision) -> HttpResponse:
    message = load(OutboundMessage, pk)
    if evidence.settle_by_person(message=message, decision=decision, by=request.actor, now=database_now()):
        messages.success(request, SAID[decision])
    else:
        messages.error(request, "This message is settled already.")
    return redirect("outreach:message-detail", request.tenant.slug, pk)


@require_POST
@member(Permission.OUTREACH_SEND)
def arrived(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _settle(request, pk, "arrived")


@require_POST
@member(Permission.OUTREACH_SEND)
def send_again(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _settle(request, pk, "send_again")


@require_POST
@member(Permission.OUTREACH_SEND)
def give_up(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _settle(request, pk, "give_up")


@require_POST
@member(Permission.OUTREACH_SEND)
def cancel(request: MemberRequest, pk: UUID) -> HttpResponse:
    try:
        outbox.cancel(message=load(OutboundMessage, pk), by=request.actor, now=database_now())
    except outbox.TooLate as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "It will not be sent.")
    return redirect("outreach:message-detail", request.tenant.slug, pk)
