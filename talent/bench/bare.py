"""The bare views that pages and API are measured against: no log-in, no row-level security, no middleware."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import RequestFactory

from crm.models import Tenant
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
Bare = Callable[[], HttpResponse]


def _people(tenant: Tenant) -> QuerySet[Candidate, dict[str, Any]]:
    """The newest fifty, to be asked as the owner, each time anew, outside of the tenant."""
    with open_tenant(tenant):
        return Candidate.objects.using("owner").newest_first().values(*COLUMNS)[:50]


def list_page(tenant: Tenant) -> Bare:
    people = _people(tenant)
    return called(lambda request: HttpResponse(LIST.render(Context({"people": list(people.all())}))))


def list_json(tenant: Tenant) -> Bare:
    people = _people(tenant)
    return called(lambda request: HttpResponse(orjson.dumps(list(people.all())), content_type="application/json"))


def called(view: Callable[[HttpRequest], HttpResponse]) -> Bare:
    request = RequestFactory().get("/")
    return lambda: view(request)
