"""What somebody wants to get, noted by a colleague; and the topics of the workspace."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone

from crm import together
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.mail_preferences import TopicForm, form_of
from outreach.models import Topic
from outreach.services import mail_preferences, topics
from outreach.services.clock import database_now
from talent.models import Candidate


@member(Permission.CANDIDATE_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """They said it on the phone or in a mail: a colleague writes it down."""
    person, today = load(Candidate, pk), timezone.localdate()
    form = form_of(person, today, request.POST or None)
    if request.method == "POST" and form.is_valid():
        mail_preferences.put(candidate=person, wanted=form.result(), by=request.actor, now=database_now(), today=today)
        messages.success(request, "Noted. Every mail that is planned for them is held against it.")
        return redirect("talent:candidate-detail", request.tenant.slug, person.pk)
    words = {"form": form, "candidate": person}
    return render(request, "outreach/mail_preferences.html", words, status=422 if form.errors else 200)


def asks(candidate: Candidate) -> list[together.Question]:
    """What the panel is read from."""
    return [mail_preferences.off_of(candidate.pk), mail_preferences.days_of(candidate.pk)]


def panel(request: MemberRequest, candidate: Candidate) -> str:
    """What somebody asked for, on their page; nothing where they asked for nothing."""
    off = together.rows(mail_preferences.off_of(candidate.pk))
    days = together.rows(mail_preferences.days_of(candidate.pk))
    if not off and not days:
        return ""
    words = {
        "off": [one.topic for one in off],
        "how_often": days[0].get_days_display() if days else "",
        "candidate": candidate,
        "tenant": request.tenant,
        "member": request.member,
    }
    return render_to_string("outreach/partials/mail_preferences.html", words, request)


@member(Permission.TENANT_MANAGE)
def topic_list(request: MemberRequest) -> HttpResponse:
    topics.in_use()
    return render(request, "outreach/settings_topics.html", {"topics": Topic.objects.all()})


def _topic(request: MemberRequest, topic: Topic | None) -> HttpResponse:
    form = TopicForm(request.POST or None, instance=topic)
    if request.method == "POST" and form.is_valid():
        try:
            topics.save(values=form.cleaned_data, by=request.actor, topic=topic)
        except topics.NameTaken as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, "Saved.")
            return redirect("outreach:settings-topics", request.tenant.slug)
    words = {"form": form, "topic": topic}
    return render(request, "outreach/settings_topic.html", words, status=422 if form.errors else 200)


@member(Permission.TENANT_MANAGE)
def topic_new(request: MemberRequest) -> HttpResponse:
    return _topic(request, None)


@member(Permission.TENANT_MANAGE)
def topic_edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _topic(request, load(Topic, pk))
