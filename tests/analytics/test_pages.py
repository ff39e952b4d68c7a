"""The report, its lists, its files and its API."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from analytics import metrics
from analytics.urls import urlpatterns
from crm.models import Member, Tenant
from crm.permissions import Permission
from crm.services import api_keys
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, Segment, Source
from tests.analytics.conftest import Cast, day
from tests.conftest import logged_in
from tests.factories.messages import a_message, happened

PERIOD = {"from": "2026-03-02", "to": "2026-03-29"}
ROOT = "/o/acme/analytics/"


def test_report_shows_the_figures(recruiter_client: Client, segment: Segment, newcomers: Source) -> None:
    response = recruiter_client.get(ROOT, PERIOD)

    context = response.context
    assert [n.value for n in context["outreach"]["lines"][0]["numbers"]] == [4, 3, 2, 1, 1, 1]
    assert [s["change"] for s in context["segment_sizes"]["series"]] == [0]
    assert [s["total"] for s in context["newcomers_per_week"]["series"]] == [3]


def test_report_of_an_empty_workspace_opens(recruiter_client: Client) -> None:
    assert recruiter_client.get(ROOT).status_code == 200


@pytest.mark.parametrize("query", ["?days=7", "?from=2026-03-02", "?from=x&to=y", "?from=2026-03-02&to=2026-03-01"])
def test_period_that_is_none_is_not_there(recruiter_client: Client, query: str) -> None:
    assert recruiter_client.get(ROOT + query).status_code == 404


def test_every_number_of_the_report_opens_a_list_of_that_length(
    recruiter_client: Client, segment: Segment, newcomers: Source
) -> None:
    context = recruiter_client.get(ROOT, PERIOD).context
    sections = [context[m.name.replace("-", "_")] for m in metrics.METRICS]
    shown = {n.url: n.value for s in sections for line in s["lines"] for n in line["numbers"] if n.url}

    opened = {url: len(recruiter_client.get(url).context["rows"]) for url in shown}

    assert opened == shown


def test_list_goes_on_page_by_page(recruiter_client: Client, cast: Cast) -> None:
    now = timezone.now()
    for _ in range(60):
        a_message(cast.zoe, now)
    first = recruiter_client.get(f"{ROOT}messages/", {"what": "sent", "days": "30"})

    second = recruiter_client.get(f"{ROOT}messages/{first.context['more_url']}", headers={"hx-request": "true"})

    pages = [response.content.decode() for response in (first, second)]
    assert [page.count("<tr data-row>") for page in pages] == [50, 10]
    assert ["load-more" in page for page in pages] == [True, False]


@pytest.mark.parametrize(
    "address",
    ["messages/?what=eaten", "messages/?what=sent&template=x", "members/?on=2026-03-01", "messages/?what=sent&after=x"],
)
def test_list_that_is_none_is_not_there(recruiter_client: Client, address: str) -> None:
    assert recruiter_client.get(ROOT + address).status_code == 404


def test_export_is_the_table(recruiter_client: Client, cast: Cast) -> None:
    response = recruiter_client.get(f"{ROOT}outreach-by-sequence.csv", PERIOD)

    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[1:] == ["Backend,3,3,2,1,1,0", "Single messages,1,0,0,0,0,1"]
    assert "outreach-by-sequence-2026-03-02-2026-03-29.csv" in response["Content-Disposition"]


def test_api_gives_the_same_numbers(recruiter_client: Client, cast: Cast) -> None:
    answer = recruiter_client.get("/o/acme/api/v1/metrics/outreach-by-template/", PERIOD).json()

    values = {row["label"]: list(row["values"].values()) for row in answer["rows"]}
    assert values == {"Hello": [3, 3, 2, 1, 1, 0], "Written by hand": [1, 0, 0, 0, 0, 1]}
    assert (answer["first"], answer["last"]) == ("2026-03-02", "2026-03-29")


def test_api_lists_every_metric_with_its_definition(tenant: Tenant, owner: Member, inside: object) -> None:
    _, secret = api_keys.create(name="Reports", role="viewer", expires_at=None, by=owner.actor)

    answer = Client().get("/o/acme/api/v1/metrics/", headers={"authorization": f"Bearer {secret}"}).json()

    assert [m["name"] for m in answer["results"]] == list(metrics.BY_NAME)
    assert all(len(m["definition"]) > 20 for m in answer["results"])


def test_api_says_what_is_wrong_with_a_period(recruiter_client: Client) -> None:
    answer = recruiter_client.get("/o/acme/api/v1/metrics/outreach/", {"from": "2026-03-02"})

    assert (answer.status_code, answer.json()["error"]["fields"]["non_field_errors"]) == (
        400,
        ["Give both days, from and to, or none."],
    )


def test_today_says_what_happened_this_week(recruiter_client: Client, cast: Cast) -> None:
    message = a_message(cast.ada, timezone.now())
    happened(message, "replied", timezone.now())

    page = recruiter_client.get("/o/acme/").content.decode()

    assert ("1 message sent" in page, "1 answered" in page) == (True, True)


def test_every_page_asks_for_a_permission() -> None:
    asked = {p.name: p.callback.permission for p in urlpatterns}

    assert asked == {
        "report": Permission.ANALYTICS_VIEW,
        "message-list": Permission.ANALYTICS_VIEW,
        "newcomer-list": Permission.CANDIDATE_VIEW,
        "member-list": Permission.CANDIDATE_VIEW,
        "export": Permission.ANALYTICS_VIEW,
    }


def test_outsider_sees_nothing(outsider: Member, inside: object) -> None:
    client = logged_in(outsider)
    addresses = ["analytics/", "analytics/messages/?what=sent", "analytics/newcomers/", "analytics/outreach.csv"]
    addresses += ["api/v1/metrics/", "api/v1/metrics/outreach/"]

    assert {client.get(f"/o/acme/{a}").status_code for a in addresses} == {404}


def test_figures_stop_at_the_workspace(tenant: Tenant, outsider: Member) -> None:
    with open_tenant(tenant):
        a_message(Candidate.objects.create(name="Zoë"), day(3))

    rows = logged_in(outsider).get("/o/other/api/v1/metrics/outreach/", PERIOD).json()["rows"]

    assert set(rows[0]["values"].values()) == {0}
