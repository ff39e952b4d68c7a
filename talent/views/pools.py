"""Pools: the list, one pool with its people, adding, moving and removing them."""

from __future__ import annotations

from typing import Any
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
from crm.services.undo import NothingToUndo
from talent.forms.pools import NewPoolForm, PeopleForm, PoolForm, StageForm
from talent.models import TalentPool
from talent.services import bulk, pool_stages, pool_undo, pools
from talent.services.pools import PoolExists
from talent.views.paging import read_key

PAGE = 50
CHANGED = "crm:changed-pool"


@member(Permission.CANDIDATE_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    return render(request, "talent/pool_list.html", {"pools": pools.overview()})


def _form(request: MemberRequest, form: PoolForm, pool: TalentPool | None) -> HttpResponse:
    return render(request, "talent/pool_form.html", {"form": form, "pool": pool}, status=422 if form.errors else 200)


@member(Permission.CANDIDATE_EDIT)
def new(request: MemberRequest) -> HttpResponse:
    form = NewPoolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            pool = pools.create(by=request.actor, **form.cleaned_data)
        except PoolExists as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"“{pool}” is made. Add people to it.")
            return redirect("talent:pool-detail", request.tenant.slug, pool.pk)
    return _form(request, form, None)


@member(Permission.CANDIDATE_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    pool = load(TalentPool, pk)
    form = PoolForm(request.POST or None, initial={"name": pool.name, "purpose": pool.purpose})
    if request.method == "POST" and form.is_valid():
        try:
            pools.edit(pool=pool, by=request.actor, **form.cleaned_data)
        except PoolExists as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"“{pool}” is saved.")
            return redirect("talent:pool-detail", request.tenant.slug, pk)
    return _form(request, form, pool)


@member(Permission.CANDIDATE_EDIT)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Asks first; the people of the pool stay."""
    pool = load(pools.overview(), pk)
    if request.method == "POST":
        pools.delete(pool=pool, by=request.actor)
        messages.success(request, f"“{pool}” is deleted. Its people are still here.")
        return redirect("talent:pool-list", request.tenant.slug)
    return render(request, "talent/pool_delete.html", {"pool": pool})


def ways(request: MemberRequest, pool: TalentPool, here: str) -> list[dict[str, Any]]:
    """The ways to look at a pool: as a board, as a list, and who waits for a decision."""
    shown = [("pool-board", "Board", None), ("pool-detail", "List", None)]
    shown += [("pool-unreviewed", "Unreviewed", pool.unreviewed)] if pool.fed_by_id else []  # type: ignore[attr-defined]
    slug = request.tenant.slug
    return [
        {"label": label, "url": reverse(f"talent:{name}", args=[slug, pool.pk]), "active": name == here, "count": count}
        for name, label, count in shown
    ]


def _tabs(request: MemberRequest, pool: TalentPool, stage: UUID | None) -> list[dict[str, Any]]:
    """All people of a pool, and those of each stage, with their numbers."""
    sizes, here = pools.sizes(pool=pool), _pool_page(request, pool.pk)
    stages: list[tuple[UUID | None, str, int]] = [(None, "All", sum(sizes.values()))]
    stages += [(s.pk, s.name, sizes.get(s.pk, 0)) for s in pool_stages.of(pool)]
    return [
        {"label": label, "url": f"{here}?stage={key}" if key else here, "active": key == stage, "count": count}
        for key, label, count in stages
    ]


@member(Permission.CANDIDATE_VIEW)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    """`?stage=` shows one stage, `?after=` the next page."""
    pool = load(pools.overview(), pk)
    stage = read_key(request.GET.get("stage", ""))
    members = pools.members(pool, stage)
    after = request.GET.get("after", "")
    try:
        page = paging.page(members, pools.LATEST, after=after, limit=PAGE)
    except BadCursor:
        page, after = paging.page(members, pools.LATEST, limit=PAGE), ""
    words = {
        "pool": pool,
        "page": page,
        "ways": ways(request, pool, "pool-detail"),
        "tabs": _tabs(request, pool, stage),
        "stage": stage,
        "stages": pool_stages.of(pool),
        "form": PeopleForm(),
    }
    part = "#more" if request.htmx and after else ""
    return render(request, f"talent/pool_detail.html{part}", words)


def _pool_page(request: MemberRequest, pool_id: UUID) -> str:
    return reverse("talent:pool-detail", args=[request.tenant.slug, pool_id])


@require_POST
@member(Permission.CANDIDATE_EDIT)
def add(request: MemberRequest, pk: UUID) -> HttpResponse:
    pool, form = load(TalentPool, pk), PeopleForm(request.POST)
    if not form.is_valid():
        return answers.refused(request, "Choose the people to add.", to=_pool_page(request, pk))
    try:
        people = bulk.ticked(form.cleaned_data["people"])
    except bulk.TooMany as error:
        return answers.refused(request, str(error), to=_pool_page(request, pk))
    reason = form.cleaned_data["reason"]
    count = pools.add(pool=pool, candidates=people, by=request.actor, now=timezone.now(), reason=reason)
    text = f"{count} added to “{pool}”." if count else "They were in this pool already."
    return answers.done(request, text, to=_pool_page(request, pk))


def _undo_url(request: MemberRequest, token: str) -> str:
    return reverse("talent:pool-undo", args=[request.tenant.slug, token]) if token else ""


@require_POST
@member(Permission.CANDIDATE_EDIT)
def move(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a member into another stage: `stage`."""
    membership = load(pools.places(), pk)
    to = _pool_page(request, membership.pool_id)
    form = StageForm(membership.pool_id, request.POST)
    if not form.is_valid():
        return answers.refused(request, "There is no such stage.", to=to, events=(CHANGED,))
    stage = form.cleaned_data["stage"]
    token = pool_undo.move(membership=membership, stage=stage, by=request.actor, now=timezone.now())
    text = f"{membership.candidate.name}: {stage}"
    return answers.done(request, text, to=to, undo=_undo_url(request, token), events=(CHANGED,))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def remove(request: MemberRequest, pk: UUID) -> HttpResponse:
    place = load(pools.places(), pk)
    token = pool_undo.remove(pool=place.pool, places=[place], by=request.actor, now=timezone.now())
    text, to = f"{place.candidate.name} is no longer in “{place.pool}”.", _pool_page(request, place.pool_id)
    return answers.done(request, text, to=to, undo=_undo_url(request, token), events=(CHANGED,))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def undo(request: MemberRequest, token: str) -> HttpResponse:
    to = reverse("talent:pool-list", args=[request.tenant.slug])
    try:
        text = pool_undo.take_back(token=token, by=request.actor, now=timezone.now())
    except NothingToUndo as error:
        return answers.refused(request, str(error), to=to)
    return answers.done(request, text, to=to, events=(CHANGED,))
