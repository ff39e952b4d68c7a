"""Who waits for a decision in a pool that a segment feeds."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers, paging
from crm.access import load, member
from crm.paging import BadCursor
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.choices import ProposalState
from talent.forms.pools import DecisionForm, FeedForm, PeopleForm
from talent.models import PoolProposal, TalentPool
from talent.services import pool_feeds, pool_stages, pools
from talent.views.pools import CHANGED, ways

PAGE = 50


@member(Permission.CANDIDATE_VIEW)
def unreviewed(request: MemberRequest, pk: UUID) -> HttpResponse:
    """`?state=` shows what was decided; `?after=` the next page."""
    pool = load(pools.overview(), pk)
    state = request.GET.get("state", "")
    state = state if state in ProposalState.values else ProposalState.WAITING
    found = pool_feeds.proposals(pool, state)
    try:
        page = paging.page(found, pool_feeds.LATEST, after=request.GET.get("after", ""), limit=PAGE)
    except BadCursor:
        page = paging.page(found, pool_feeds.LATEST, limit=PAGE)
    words = {
        "pool": pool,
        "ways": ways(request, pool, "pool-unreviewed"),
        "page": page,
        "state": state,
        "states": ProposalState.choices,
        "stages": pool_stages.of(pool),
        "form": PeopleForm(),
    }
    return render(request, "talent/pool_unreviewed.html", words)


@member(Permission.CANDIDATE_EDIT)
def feed(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Choose the segment that proposes people."""
    pool = load(TalentPool, pk)
    form = FeedForm(request.POST or None, initial={"segment": pool.fed_by_id})
    if request.method == "POST" and form.is_valid():
        segment = form.cleaned_data["segment"]
        count = pool_feeds.feed(pool=pool, segment=segment, by=request.actor, now=timezone.now())
        text = f"“{segment}” feeds “{pool}”: {count} to review." if segment else f"No segment feeds “{pool}” now."
        messages.success(request, text)
        name = "talent:pool-unreviewed" if segment else "talent:pool-board"
        return redirect(name, request.tenant.slug, pk)
    return render(request, "talent/pool_feed.html", {"pool": pool, "form": form}, status=422 if form.errors else 200)


def _chosen(pool: TalentPool, form: DecisionForm) -> list[PoolProposal]:
    if not form.is_valid():
        return []
    return list(pool_feeds.unreviewed(pool).filter(pk__in=form.cleaned_data["ids"]))


def _back(request: MemberRequest, pk: UUID) -> str:
    return reverse("talent:pool-unreviewed", args=[request.tenant.slug, pk])


def _undo(request: MemberRequest, token: str) -> str:
    return reverse("talent:pool-undo", args=[request.tenant.slug, token])


@require_POST
@member(Permission.CANDIDATE_EDIT)
def accept(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take in the people of `ids`, at `stage`."""
    pool, form = load(TalentPool, pk), DecisionForm(request.POST)
    rows = _chosen(pool, form)
    if not rows:
        return answers.refused(request, "Choose who shall come into the pool.", to=_back(request, pk))
    stage = next((s for s in pool_stages.of(pool) if s.pk == form.cleaned_data["stage"]), None)
    token = pool_feeds.accept(pool=pool, proposals=rows, by=request.actor, now=timezone.now(), stage=stage)
    text = f"{len(rows)} taken into “{pool}”."
    return answers.done(request, text, to=_back(request, pk), undo=_undo(request, token), events=(CHANGED,))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def decline(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Not for this pool: the people of `ids`."""
    pool = load(TalentPool, pk)
    rows = _chosen(pool, DecisionForm(request.POST))
    if not rows:
        return answers.refused(request, "Choose who is not for this pool.", to=_back(request, pk))
    token = pool_feeds.decline(pool=pool, proposals=rows, by=request.actor, now=timezone.now())
    text = f"{len(rows)} declined; they are not proposed again."
    return answers.done(request, text, to=_back(request, pk), undo=_undo(request, token), events=(CHANGED,))
