"""May we write to this person? The ledger of what they said, with all that stands beside it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from crm import answers, together
from crm.access import load, member
from crm.permissions import Permission
from crm.registry import panels
from crm.requests import MemberRequest
from talent.forms.consent import ConsentForm
from talent.models import Candidate
from talent.services import consents, contact, contact_standing, dossier
from talent.services.consents import NotAConsent


def page_of(request: MemberRequest, pk: UUID) -> str:
    return reverse("talent:candidate-consent", args=[request.tenant.slug, pk])


def asks(candidate: Candidate) -> list[together.Question]:
    """What the panel is read from."""
    return list(vars(contact_standing.asks(candidate)).values())


def panel(request: MemberRequest, candidate: Candidate) -> str:
    """For the slot `candidate.side`: what decides, and what they said of each purpose."""
    words = {"stand": contact_standing.of(candidate, timezone.now()), "candidate": candidate, "tenant": request.tenant}
    return render_to_string("talent/partials/consent_of_candidate.html", words, request)


@member(Permission.CANDIDATE_VIEW)
def page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The whole story: what holds, what was said, who may lift what."""
    candidate, now = load(dossier.people(), pk), timezone.now()
    words = {
        "candidate": candidate,
        "stand": contact_standing.of(candidate, now),
        "earlier_bans": contact.earlier_bans(candidate, now),
        "verdicts": panels("candidate.may_write", request, candidate),
        "now": now,
    }
    return render(request, "talent/candidate_consent.html", words)


@member(Permission.CANDIDATE_EDIT)
def record(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Write down what they said; `?purpose=&channel=&state=` fills in what a button means."""
    candidate, now = load(Candidate, pk), timezone.now()
    form = ConsentForm(request.POST or None, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = consents.record(
                candidate=candidate, said=form.said(), by=request.actor, now=now, occurred_at=form.occurred_at(now)
            )
        except NotAConsent as error:
            form.add_error(None, str(error))
        else:
            text = f"{row.get_purpose_display()}: {row.get_state_display().lower()}."
            return answers.done(request, text, to=page_of(request, pk))
    words = {"candidate": candidate, "form": form}
    return render(request, "talent/consent_form.html", words, status=422 if form.errors else 200)


def _initial(request: MemberRequest) -> dict[str, Any]:
    """As the button has it, with the words in force for that purpose."""
    known = {name: request.GET[name] for name in ("purpose", "channel", "state") if request.GET.get(name)}
    return known | {"wording": consents.current_wording(known["purpose"]) if "purpose" in known else None}
