"""What machines can ask, show and do, as the API tells them."""

from __future__ import annotations

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.permissions import Role
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate
from talent.services import custom_fields
from talent.services.custom_fields import Rules
from tests.factories.machine import Machine


def test_every_rule_field_says_how_it_is_asked(machine: Machine) -> None:
    fields = {one["name"]: one for one in machine.call("get", "rule-fields/")[1]}

    assert [one for one in fields.values() if not one["operators"]] == []
    assert (fields["school"]["type"], fields["country"]["choices"][0].keys()) == ("words", {"value", "label"})


def test_columns_are_those_of_the_role(tenant: Tenant, machine: Machine) -> None:
    with open_tenant(tenant):
        custom_fields.create(rules=Rules("Hush", view_roles=["owner", "admin"]), type="text", by=SYSTEM)

    def names(who: Machine) -> set[str]:
        return {one["name"] for one in who.call("get", "columns/")[1]}

    assert names(machine) - names(Machine(tenant, Role.RECRUITER)) == {"field-hush"}
    assert [one["usual"] for one in machine.call("get", "columns/")[1] if one["name"] == "skills"] == [True]


def test_acts_say_what_they_must_be_told(tenant: Tenant, machine: Machine) -> None:
    acts = {one["name"]: one for one in machine.call("get", "bulk-operations/acts/")[1]}
    weak = {one["name"] for one in Machine(tenant, Role.RECRUITER).call("get", "bulk-operations/acts/")[1]}

    assert [one["name"] for one in acts["tag"]["parameters"]] == ["tag"]
    assert (acts["delete"]["final"], acts["tag"]["final"], "delete" in weak) == (True, False, False)


def test_sources_are_named(machine: Machine, zoe: Candidate) -> None:
    assert [(one["id"], one["name"]) for one in machine.call("get", "sources/")[1]] == [(str(zoe.source_id), "Test")]
