"""The settings page of the days on which no mail of a sequence goes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.pace import DayOffForm
from outreach.models import DayOff
from outreach.services import days_off
from outreach.services.clock import database_now
from talent.services.places import country_name

SHOWN_DAYS = 366


def _coming(country: str, now: datetime) -> list[tuple[date, str]]:
    """The public holidays of a country within a year."""
    first = now.date()
    both = {**days_off.public(country, first.year), **days_off.public(country, first.year + 1)} if country else {}
    return sorted((day, name) for day, name in both.items() if first <= day < first + timedelta(days=SHOWN_DAYS))


@member(Permission.TENANT_MANAGE)
def listing(request: MemberRequest) -> HttpResponse:
    form = DayOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            days_off.add(**form.cleaned_data, by=request.actor)
        except days_off.NotADayOff as error:
            form.add_error("day", str(error))
        else:
            messages.success(request, "The day is in your calendar.")
            return redirect("outreach:settings-days-off", request.tenant.slug)
    country = days_off.country_of(request.tenant.time_zone)
    own = list(DayOff.objects.all())
    opened = {row.day for row in own if row.is_open and row.country in ("", country)}
    words = {"form": form, "own": [(row, country_name(row.country)) for row in own], "country": country_name(country)}
    words["coming"] = [(day, name, day in opened) for day, name in _coming(country, database_now())]
    return render(request, "outreach/settings_days_off.html", words, status=422 if form.errors else 200)


@require_POST
@member(Permission.TENANT_MANAGE)
def remove(request: MemberRequest, pk: UUID) -> HttpResponse:
    days_off.remove(key=load(DayOff, pk).pk, by=request.actor)
    messages.success(request, "The day is out of your calendar.")
    return redirect("outreach:settings-days-off", request.tenant.slug)
