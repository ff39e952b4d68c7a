"""Members: who is in, as what; changing a role, shutting out, letting in again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import registry
from crm.access import load, member
from crm.forms import RoleForm
from crm.models import Member
from crm.permissions import ROLE_SENTENCES, Permission, Role
from crm.requests import MemberRequest
from crm.services import invitations, members


def _load(request: MemberRequest, pk: UUID) -> Member:
    return load(members.of(request.tenant), pk)


@member(Permission.MEMBER_MANAGE)
def listing(request: MemberRequest) -> HttpResponse:
    words = {
        "members": members.of(request.tenant).order_by("-is_active", "user__name", "user__email"),
        "invitations": invitations.waiting(),
        "now": timezone.now(),
    }
    return render(request, "crm/member_list.html", words)


@member(Permission.MEMBER_MANAGE)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    person = _load(request, pk)
    roles = members.roles_given_by(request.member.role)
    form = RoleForm(request.POST or None, roles=roles, initial={"role": person.role})
    if request.method == "POST" and form.is_valid():
        try:
            members.change_role(
                member=person, role=form.cleaned_data["role"], by=request.actor, by_role=request.member.role
            )
        except members.MemberProblem as problem:
            form.add_error("role", str(problem))
        else:
            messages.success(request, f"{person} is {person.get_role_display()} now.")
            return redirect("crm:member-list", request.tenant.slug)
    sentences = [(Role(role).label, text) for role, text in ROLE_SENTENCES.items()]
    words = {"person": person, "form": form, "sentences": sentences, "changeable": person.role in roles}
    words["panels"] = registry.panels("member.side", request, person)
    return render(request, "crm/member_edit.html", words, status=422 if form.errors else 200)


@require_POST
@member(Permission.MEMBER_MANAGE)
def deactivate(request: MemberRequest, pk: UUID) -> HttpResponse:
    person = _load(request, pk)
    try:
        members.deactivate(member=person, by=request.actor, by_role=request.member.role, now=timezone.now())
        messages.success(request, f"{person} can no longer enter this workspace.")
    except members.MemberProblem as problem:
        messages.error(request, str(problem))
    return redirect("crm:member-list", request.tenant.slug)


@require_POST
@member(Permission.MEMBER_MANAGE)
def reactivate(request: MemberRequest, pk: UUID) -> HttpResponse:
    person = _load(request, pk)
    try:
        members.reactivate(member=person, by=request.actor, by_role=request.member.role, now=timezone.now())
        messages.success(request, f"{person} can enter this workspace again.")
    except members.MemberProblem as problem:
        messages.error(request, str(problem))
    return redirect("crm:member-list", request.tenant.slug)
