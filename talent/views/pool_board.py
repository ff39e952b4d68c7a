"""A pool as a board, its stages, and who may know of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.forms.pools import BulkPoolForm, PeopleForm, SharingForm, StageNameForm
from talent.models import PoolStage, TalentPool
from talent.services import pool_board, pool_sharing, pool_stages, pools
from talent.services.pool_sharing import NotTheOwner
from talent.services.pool_stages import BadStage
from talent.services.pools import PoolExists
from talent.views.pools import ways


@member(Permission.CANDIDATE_VIEW)
def board(request: MemberRequest, pk: UUID) -> HttpResponse:
    pool = load(pools.overview(), pk)
    words = {
        "pool": pool,
        "ways": ways(request, pool, "pool-board"),
        "columns": pool_board.show(pool, now=timezone.now()),
        "form": PeopleForm(),
    }
    return render(request, f"talent/pool_board.html{'#board' if request.htmx else ''}", words)


def _stages(request: MemberRequest, pool: TalentPool, form: StageNameForm) -> HttpResponse:
    words = {
        "pool": pool,
        "stages": pool_stages.of(pool),
        "sizes": pools.sizes(pool=pool),
        "form": form,
        "others": pools.without([pool.pk]),
    }
    return render(request, "talent/pool_stages.html", words, status=422 if form.errors else 200)


@member(Permission.CANDIDATE_EDIT)
def stages(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The stages of a pool; posting adds one."""
    pool, form = load(TalentPool, pk), StageNameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            pool_stages.add(pool=pool, name=form.cleaned_data["name"], by=request.actor)
        except BadStage as error:
            form.add_error("name", str(error))
        else:
            return redirect("talent:pool-stages", request.tenant.slug, pk)
    return _stages(request, pool, form)


def _to_stages(request: MemberRequest, pool_id: UUID) -> HttpResponse:
    return redirect("talent:pool-stages", request.tenant.slug, pool_id)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def copy_stages(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take over the stages of another pool: `pool`."""
    pool, form = load(TalentPool, pk), BulkPoolForm(request.POST)
    if form.is_valid():
        pool_stages.copy(pool=pool, source=form.cleaned_data["pool"], by=request.actor, now=timezone.now())
        messages.success(request, f"The stages of “{form.cleaned_data['pool']}” are taken over.")
    else:
        messages.error(request, "Choose the pool to copy from.")
    return _to_stages(request, pk)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def rename_stage(request: MemberRequest, pk: UUID) -> HttpResponse:
    stage, form = load(PoolStage, pk), StageNameForm(request.POST)
    if not form.is_valid():
        messages.error(request, "A stage needs a name of up to 60 letters.")
        return _to_stages(request, stage.pool_id)
    try:
        pool_stages.rename(stage=stage, name=form.cleaned_data["name"], by=request.actor)
    except BadStage as error:
        messages.error(request, str(error))
    return _to_stages(request, stage.pool_id)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def shift_stage(request: MemberRequest, pk: UUID, way: str) -> HttpResponse:
    """`way` is `later` or `earlier`."""
    if way not in ("later", "earlier"):
        raise Http404("There is nothing at this address.")
    stage = load(PoolStage, pk)
    pool_stages.shift(stage=stage, by=request.actor, later=way == "later")
    return _to_stages(request, stage.pool_id)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def remove_stage(request: MemberRequest, pk: UUID) -> HttpResponse:
    stage = load(PoolStage, pk)
    name = stage.name
    try:
        heir = pool_stages.remove(stage=stage, by=request.actor, now=timezone.now())
    except BadStage as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{name}” is gone; its people stand in “{heir}”.")
    return _to_stages(request, stage.pool_id)


@member(Permission.CANDIDATE_EDIT)
def sharing(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who may know of a pool; its owner decides."""
    pool = load(TalentPool, pk)
    if not pool.may_be_shared_by(request.member.pk):
        raise PermissionDenied("Only the owner of a pool decides who sees it.")
    initial = {
        "visibility": pool.visibility,
        "members": pool_sharing.guests(pool),
        "owner": pool.owner_id or request.member.pk,
    }
    form = SharingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            pool_sharing.share(pool=pool, by=request.actor, **form.cleaned_data)
        except (PoolExists, NotTheOwner) as error:
            form.add_error("visibility", str(error))
        else:
            return answers.done(
                request, f"“{pool}”: {pool.get_visibility_display().lower()}.", to=_after(request, pool)
            )
    return render(request, "talent/pool_sharing.html", {"pool": pool, "form": form}, status=422 if form.errors else 200)


def _after(request: MemberRequest, pool: TalentPool) -> str:
    """Back to the pool, or to the list when it was given away."""
    still = pools.overview().filter(pk=pool.pk).exists()
    name, args = ("talent:pool-board", [pool.pk]) if still else ("talent:pool-list", [])
    return reverse(name, args=[request.tenant.slug, *args])
