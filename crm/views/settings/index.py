"""The contents page of the settings."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from crm import navigation
from crm.access import member
from crm.requests import MemberRequest


@member()
def index(request: MemberRequest) -> HttpResponse:
    return render(request, "crm/settings_index.html", {"sections": navigation.settings(request)})
