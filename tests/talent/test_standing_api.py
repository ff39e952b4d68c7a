"""Where a person stands, through the API: pools, segments, applications, and where each value came from."""

from __future__ import annotations

from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.permissions import Role
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate
from talent.services import applications, custom_fields, jobs, segments
from talent.services.custom_fields import Rules
from tests.factories.machine import ROOT, Machine
from tests.factories.pools import a_pool, keep_confidential
from tests.factories.talent import NOW


def of(person: Candidate, verb: str) -> str:
    return f"candidates/{person.pk}/{verb}/"


def test_pools_are_those_that_the_caller_may_know_of(
    owner_client: Client, owner: Member, tenant: Tenant, machine: Machine, zoe: Candidate
) -> None:
    with open_tenant(tenant):
        a_pool("Backend", people=[zoe])
        keep_confidential(a_pool("Successors", people=[zoe]), owner)
    known = machine.call("get", of(zoe, "pools"))[1]

    assert [(one["pool"], bool(one["stage"])) for one in known] == [("Backend", True)]
    assert [one["pool"] for one in owner_client.get(ROOT + of(zoe, "pools")).json()] == ["Backend", "Successors"]


def test_segments_say_since_when_and_why(tenant: Tenant, machine: Machine, zoe: Candidate) -> None:
    rule = {"field": "country", "op": "is_any_of", "value": ["SE"]}
    with open_tenant(tenant):
        made = segments.create(name="Swedes", rule=rule, by=SYSTEM, now=NOW)
        segments.create(name="Nobody", rule=rule | {"value": ["FR"]}, by=SYSTEM, now=NOW)
    found = machine.call("get", of(zoe, "segments"))[1]

    assert [(one["segment_id"], one["segment"], one["entered_by"]) for one in found] == [
        (str(made.pk), "Swedes", "rule")
    ]


def test_applications_name_their_job_and_stage(tenant: Tenant, machine: Machine, zoe: Candidate) -> None:
    with open_tenant(tenant):
        job = jobs.create(values={"title": "Engineer", "state": "open"}, by=SYSTEM, today=NOW.date(), now=NOW)
        applications.add(job=job, candidate=zoe, by=SYSTEM, now=NOW, source="Referral")
        first = jobs.stages(job)[0].name
    found = machine.call("get", of(zoe, "applications"))[1]

    assert [(one["job"], one["stage"], one["source"], one["outcome"]) for one in found] == [
        ("Engineer", first, "Referral", "open")
    ]


def test_provenance_names_who_said_it(machine: Machine, zoe: Candidate) -> None:
    machine.call("patch", f"candidates/{zoe.pk}/", {"headline": "Builds things"})
    newest = machine.call("get", of(zoe, "provenance"))[1][0]

    assert (newest["field"], newest["value"], newest["origin"]) == ("headline", "Builds things", "Script")


def test_provenance_hides_what_the_role_may_not_see(tenant: Tenant, machine: Machine, zoe: Candidate) -> None:
    with open_tenant(tenant):
        custom_fields.create(rules=Rules("Hush", view_roles=["owner", "admin"]), type="text", by=SYSTEM)
        custom_fields.create(rules=Rules("Shoe"), type="text", by=SYSTEM)
    machine.call("patch", f"candidates/{zoe.pk}/", {"custom": {"hush": "quiet", "shoe": "clog"}})
    weak = Machine(tenant, Role.RECRUITER)

    def told(who: Machine) -> set[str]:
        return {one["field"] for one in who.call("get", of(zoe, "provenance"))[1] if "custom" in one["field"]}

    assert (told(machine), told(weak)) == ({"custom.hush", "custom.shoe"}, {"custom.shoe"})
