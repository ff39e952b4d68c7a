"""The demo's automation runs within its story."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from crm import events
from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.services.demo import Scene
from crm.tenancy.context import tenant as open_tenant
from outreach import demo_rules
from outreach import events as kinds
from outreach.choices import ReplyClass
from outreach.models import AutomationRule, RuleRun
from outreach.services import automation
from tests.factories.outreach import a_person


@pytest.mark.django_db
def test_interested_answer_of_weeks_ago_ran_at_its_moment(tenant: Tenant, recruiter: Member, owner: Member) -> None:
    scene = Scene(tenant, (owner, recruiter), datetime.now(UTC), random.Random(1), people=1)
    at = scene.now - timedelta(days=40)
    demo_rules.automation(scene)

    with open_tenant(tenant):
        data = {"kind": "reply", "class": ReplyClass.INTERESTED.value}
        answer = events.build(
            kinds.MESSAGE_RECEIVED, candidate=a_person().pk, occurred_at=at, actor=SYSTEM, subject=None, data=data
        )
        events.publish_many([answer])
        automation.react([answer])

        assert RuleRun.objects.get(rule__name=demo_rules.ANSWER_THEM).ran_at == at
        assert [rule.is_active for rule in AutomationRule.objects.order_by("name")] == [True, False]
