"""Inviting people to the workspace, and taking an invitation back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.forms import InvitationForm
from crm.permissions import ROLE_SENTENCES, Permission, Role
from crm.requests import MemberRequest
from crm.services import invitations, members


@never_cache
@member(Permission.MEMBER_MANAGE)
def new(request: MemberRequest) -> HttpResponse:
    """The form; once sent, the link, which is shown this once."""
    roles = members.roles_given_by(request.member.role)
    form = InvitationForm(request.POST or None, roles=roles, initial={"role": Role.RECRUITER})
    if request.method == "POST" and form.is_valid():
        try:
            invitation, link = invitations.create(
                workspace=request.tenant,
                by=request.actor,
                by_role=request.member.role,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except invitations.InvitationProblem as problem:
            form.add_error("email", str(problem))
        else:
            return render(request, "crm/invitation_created.html", {"invitation": invitation, "link": link})
    sentences = [(role.label, ROLE_SENTENCES[role]) for role in roles]
    words = {"form": form, "sentences": sentences, "days": invitations.VALID_FOR.days}
    return render(request, "crm/invitation_new.html", words, status=422 if form.errors else 200)


@require_POST
@member(Permission.MEMBER_MANAGE)
def revoke(request: MemberRequest, pk: UUID) -> HttpResponse:
    invitation = load(invitations.waiting(), pk)
    invitations.revoke(invitation=invitation, by=request.actor)
    messages.success(request, f"The invitation of {invitation.email} is revoked.")
    return redirect("crm:member-list", request.tenant.slug)
