"""Rules as queries: every operator, days in the tenant's zone, indexes."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from crm import events
from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy import many
from crm.tenancy.context import TenantError
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.models import uuid7
from talent.filters import catalogue
from talent.filters.compile import candidates
from talent.models import Candidate, ContactBan, ContactPoint, Source, Tag, TalentPool
from tests.conftest import _owner_connection as owner_connection
from tests.factories.people import a_tenant
from tests.factories.pools import a_pool, place
from tests.factories.talent import NOW
from tests.ground import shared
from tests.talent.test_tree import leaf

ZONE = ZoneInfo("Europe/Stockholm")


def found(rule: object, now: datetime = NOW, zone: ZoneInfo = ZONE) -> list[str]:
    return sorted(p.name for p in candidates(catalogue.parse(rule), now, zone))


@shared
def ann(inside: UUID) -> Candidate:
    """Ann has everything, Bob nothing."""
    ann = Candidate.objects.create(
        name="Ann",
        current_title="Señor Développeur C++",
        country="SE",
        state="in_talks",
        source=Source.objects.create(name="Fair", kind="event"),
        skill_keys=["c++", "python"],
        tag_ids=[Tag.objects.create(name="Alumni").pk],
        last_contacted_at=NOW - timedelta(days=10),
        last_replied_at=NOW - timedelta(days=100),
    )
    bob = Candidate.objects.create(name="Bob")
    Candidate.objects.filter(pk=bob.pk).update(created_at=NOW - timedelta(days=40))
    Candidate.objects.filter(pk=ann.pk).update(created_at=NOW - timedelta(days=5))
    ContactPoint.objects.create(candidate=ann, kind="email", value="ann@example.com", normal="ann@example.com")
    ContactPoint.objects.create(candidate=ann, kind="phone", value="+4681", normal="+4681")
    ContactBan.objects.create(candidate=ann, reason="manual", banned_at=NOW)
    place(a_pool("Platform"), ann)
    for _ in range(2):
        events.publish("message_opened", candidate=ann.pk, occurred_at=NOW - timedelta(days=3), actor=SYSTEM)
    return ann


ANN, BOB, BOTH, NOBODY = ["Ann"], ["Bob"], ["Ann", "Bob"], []
OPERATORS = [
    ("skill", "is_any_of", ["PYTHON", "Go"], ANN),
    ("skill", "is_all_of", ["Python", "Go"], NOBODY),
    ("skill", "is_all_of", ["Python", "C++"], ANN),
    ("skill", "is_none_of", ["Python"], BOB),
    ("skill", "is_none_of", ["C"], BOTH),
    ("skill", "is_empty", None, BOB),
    ("skill", "is_not_empty", None, ANN),
    ("tag", "is_any_of", ["Alumni"], ANN),
    ("tag", "is_none_of", ["Alumni"], BOB),
    ("title", "contains", "developpeur SEÑOR", ANN),
    ("title", "contains", "developpeur java", NOBODY),
    ("title", "contains", "%", NOBODY),
    ("title", "contains_any", ["java", "c++"], ANN),
    ("title", "contains_none", ["senor"], BOB),
    ("title", "is_empty", None, BOB),
    ("title", "is_not_empty", None, ANN),
    ("country", "is_any_of", ["SE", "DE"], ANN),
    ("country", "is_none_of", ["SE"], BOB),
    ("country", "is_empty", None, BOB),
    ("country", "is_not_empty", None, ANN),
    ("state", "is_any_of", ["lead"], BOB),
    ("state", "is_none_of", ["lead"], ANN),
    ("source", "is_any_of", ["Fair"], ANN),
    ("source", "is_none_of", ["Fair"], BOB),
    ("source", "is_empty", None, BOB),
    ("owner", "is_empty", None, BOTH),
    ("last_contacted", "in_last", 10, ANN),
    ("last_contacted", "in_last", 9, NOBODY),
    ("last_contacted", "not_in_last", 9, BOTH),
    ("last_contacted", "not_in_last", 10, BOB),
    ("last_contacted", "more_than_ago", 9, ANN),
    ("last_contacted", "is_empty", None, BOB),
    ("last_replied", "is_not_empty", None, ANN),
    ("last_replied", "before", "2025-12-01", ANN),
    ("last_replied", "on_or_after", "2025-12-01", NOBODY),
    ("created", "in_last", 7, ANN),
    ("created", "more_than_ago", 7, BOB),
    ("email", "is_true", None, ANN),
    ("email", "is_false", None, BOB),
    ("phone", "is_true", None, ANN),
    ("do_not_contact", "is_true", None, ANN),
    ("do_not_contact", "is_false", None, BOB),
    ("pool", "is_any_of", ["Platform"], ANN),
    ("pool", "is_none_of", ["Platform"], BOB),
    ("pool", "is_empty", None, BOB),
    ("mail_opened", "at_least", {"times": 1, "days": 3}, ANN),
    ("mail_opened", "at_least", {"times": 2, "days": 3}, ANN),
    ("mail_opened", "at_least", {"times": 3, "days": 3}, NOBODY),
    ("mail_opened", "at_least", {"times": 1, "days": 2}, NOBODY),
    ("mail_opened", "none_in_last", 3, BOB),
    ("mail_clicked", "none_in_last", 3, BOTH),
]


@pytest.mark.parametrize(("scope", "channel"), [("channel", "text"), ("channel", "email"), ("marketing", "")])
def test_a_ban_on_less_than_everything_is_no_ban_on_contact(ann: Candidate, scope: str, channel: str) -> None:
    bob = Candidate.objects.get(name="Bob")
    ContactBan.objects.create(candidate=bob, reason="manual", banned_at=NOW, scope=scope, channel=channel)

    assert (found(leaf("do_not_contact", "is_true")), found(leaf("ban", "is_any_of", [scope]))) == (["Ann"], ["Bob"])


def test_the_opposite_of_everybody_is_nobody(ann: Candidate) -> None:
    whatever = leaf("warmth", "at_most", "3")

    assert (found(whatever), found({"not": whatever})) == (["Ann", "Bob"], [])


@pytest.mark.parametrize(("field", "op", "value", "people"), OPERATORS)
def test_operator(ann: Candidate, field: str, op: str, value: object, people: list[str]) -> None:
    tables = {"tag": Tag, "source": Source, "pool": TalentPool}
    if field in tables and isinstance(value, list):
        value = [str(tables[field].objects.get(name=name).pk) for name in value]

    assert found(leaf(field, op, value)) == people


def test_groups(ann: Candidate) -> None:
    skilled, unnamed = leaf("skill", "is_not_empty"), leaf("title", "is_empty")

    assert found({"all": [skilled, unnamed]}) == []
    assert found({"any": [skilled, unnamed]}) == ["Ann", "Bob"]
    assert found({"not": {"any": [skilled]}}) == ["Bob"]
    assert found({"all": []}) == ["Ann", "Bob"]


@pytest.mark.parametrize(
    ("zone", "people"), [("Pacific/Auckland", ["Night"]), ("UTC", []), ("America/Los_Angeles", [])]
)
def test_days_are_the_tenants(inside: UUID, zone: str, people: list[str]) -> None:
    now = datetime(
        2026, 3, 2, 9, tzinfo=UTC
    )  # in Auckland, which is 13 hours ahead, the day began at 11:00 UTC on 1 March
    Candidate.objects.create(name="Night", last_contacted_at=datetime(2026, 3, 1, 12, tzinfo=UTC))

    assert found(leaf("last_contacted", "in_last", 0), now, ZoneInfo(zone)) == people


def test_day_with_a_clock_change_begins_at_its_own_midnight(inside: UUID) -> None:
    now = datetime(2026, 3, 30, 9, tzinfo=UTC)  # the clocks of Stockholm went forward on the 29th
    Candidate.objects.create(name="Saturday", last_contacted_at=datetime(2026, 3, 28, 22, 59, tzinfo=UTC))
    Candidate.objects.create(name="Sunday", last_contacted_at=datetime(2026, 3, 28, 23, 0, tzinfo=UTC))

    assert found(leaf("last_contacted", "in_last", 1), now) == ["Sunday"]


def test_other_tenants_people_are_not_found(inside: UUID, tenant: Tenant) -> None:
    Candidate.objects.create(name="Ours", country="SE")

    assert found(leaf("country", "is_any_of", ["SE"])) == ["Ours"]


def test_needs_a_tenant(db: None) -> None:
    with open_tenant(a_tenant("other")):
        rule = catalogue.parse({"all": []})

    with pytest.raises(TenantError):
        candidates(rule, NOW, ZONE)


def _crowd(size: int) -> None:
    """Many people, committed and counted, so that the planner knows them."""
    chance = random.Random(5)
    skills = [f"skill {n}" for n in range(400)]
    titles = [f"Role {n} {n * 7919 % 9973}" for n in range(size)]
    known = [chance.sample(skills, 5) for _ in titles]
    many.insert(
        Candidate(name="Person"),
        {"id": [uuid7() for _ in titles], "skill_keys": known, "current_title": titles},
    )


GIN = [
    (leaf("skill", "is_all_of", ["skill 7", "skill 9"]), "candidate_placed_skills", "skill_keys @>"),
    (leaf("skill", "is_any_of", ["skill 7"]), "candidate_placed_skills", "skill_keys &&"),
    (
        {"all": [leaf("skill", "is_any_of", ["skill 7"]), leaf("country", "is_any_of", ["SE"])]},
        "candidate_placed_skills",
        "app.placed_skills(",
    ),
    (leaf("title", "contains", "1234"), "candidate_title", "app.plain((current_title)::text) ~~"),
]


def test_searches_use_the_gin_indexes(committed: None) -> None:
    owner = a_tenant()
    with open_tenant(owner):
        _crowd(3000)
    with owner_connection(connection.settings_dict["NAME"]) as database:
        database.execute("VACUUM ANALYZE talent_candidate")  # the rows that wait beside the index go into it

    with open_tenant(owner):
        plans = [candidates(catalogue.parse(rule), NOW, ZONE).explain() for rule, _, _ in GIN]

    for plan, (_, index, condition) in zip(plans, GIN, strict=True):
        searched = next((line for line in plan.splitlines() if "Index Cond" in line), "")
        assert (f"Bitmap Index Scan on {index}" in plan, condition in searched) == (True, True), plan
