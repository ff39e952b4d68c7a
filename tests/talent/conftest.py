"""Two people, and a program, of the tests of `talent`."""

import pytest

from crm.models import Tenant
from crm.permissions import Role
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate
from talent.profile import Claim, Place
from tests.factories.machine import Machine
from tests.factories.talent import a_candidate
from tests.ground import shared


@pytest.fixture
def machine(tenant: Tenant) -> Machine:
    return Machine(tenant, Role.ADMIN)


@shared
def zoe(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        return a_candidate()


@shared
def mia(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        return a_candidate("Mia Laurent", "mia@example.com", place=Place("Lyon, France"), skills=[Claim("Go")], jobs=[])
