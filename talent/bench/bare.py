"""The bare views that pages and API are measured against: no log-in, no row-level security, no middleware."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import RequestFactory

from crm.models import Event, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate
from talent.services.listing import COLUMNS

LINE = (
    "<tr><td><a href='/people/{{ p.pk }}/'>{{ p.name }}</a></td><td>{{ p.current_title }}</td>"
    "<td>{{ p.current_company }}</td><td>{{ p.city }}, {{ p.country }}</td><td>{{ p.state }}</td>"
    "<td>{% for skill in p.skill_keys %}<span>{{ skill }}</span> {% endfor %}</td>"
    "<td>{{ p.last_contacted_at }}</td></tr>"
)
LIST = Engine().from_string(
    "<!doctype html><html><head><title>People</title></head><body><table>"
    "{% for p in people %}" + LINE + "{% endfor %}</table></body></html>"
)
PIECE = Engine().from_string(
    "<!doctype html><html><head><title>{{ p.name }}</title></head><body><h1>{{ p.name }}</h1>"
    "{% for e in events %}<p><b>{{ e.kind }}</b> {{ e.occurred_at }} {{ e.actor_label }}</p>{% endfor %}"
    "<pre>{{ filler }}</pre></body></html>"
)
View = Callable[[HttpRequest], HttpResponse]
Bare = Callable[[], HttpResponse]


def _people(tenant: Tenant) -> QuerySet[Candidate, dict[str, Any]]:
    """The newest fifty, to be asked as the owner, each time anew, outside of the tenant."""
    with open_tenant(tenant):
        return Candidate.objects.using("owner").newest_first().values(*COLUMNS)[:50]


def list_view(tenant: Tenant) -> View:
    people = _people(tenant)
    return lambda request: HttpResponse(LIST.render(Context({"people": list(people.all())})))


def list_page(tenant: Tenant) -> Bare:
    return called(list_view(tenant))


def list_json(tenant: Tenant) -> Bare:
    people = _people(tenant)
    return called(lambda request: HttpResponse(orjson.dumps(list(people.all())), content_type="application/json"))


def person_view(tenant: Tenant, key: UUID, size: int) -> View:
    """Somebody's row and fifty events, in as many bytes."""
    with open_tenant(tenant):
        people = Candidate.objects.using("owner").filter(pk=key).values()
        history = Event.objects.using("owner").filter(candidate_id=key).order_by("-occurred_at").values()[:50]

    def view(request: HttpRequest) -> HttpResponse:
        words = {"p": people.all()[0], "events": list(history.all()), "filler": "x" * max(0, size - 5000)}
        return HttpResponse(PIECE.render(Context(words)))

    return view


def called(view: View) -> Bare:
    request = RequestFactory().get("/")
    return lambda: view(request)
