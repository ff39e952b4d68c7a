"""A workspace in which a rule waits for a moment, and what brings one about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach import tasks
from outreach.models import (
    RuleRun,
)
from talent.models import (
    Candidate,
)

JSON = "application/json"
ADDRESS = "maya.lindqvist@example.com"
DAY = timedelta(days=1)


@dataclass
class World:
    """A workspace with Maya in it, somebody logged in, and what an act needs."""

    tenant: Tenant
    client: Client
    maya: Candidate
    run_readers: Callable[[], int]

    def page(self, path: str, **sent: Any) -> Any:
        answer = self.client.post(f"/o/acme/{path}", sent)
        assert answer.status_code in (200, 302), answer.content.decode()[:2000]
        return answer

    def api(self, method: str, path: str, **sent: Any) -> Any:
        answer = getattr(self.client, method)(f"/o/acme/api/v1/{path}", sent, content_type=JSON)
        assert answer.status_code in (200, 201, 204), answer.content
        return answer.json() if answer.content else None

    def rule(self, trigger: str, *actions: dict[str, Any], **settings: Any) -> str:
        """A rule, made and turned on by the API."""
        done = list(actions) or [{"act": "tag", "tag": "noticed"}]
        made = self.api("post", "automation/", name="Rule", trigger=trigger, actions=done, settings=settings)
        self.api("post", f"automation/{made['id']}/on/")
        return str(made["id"])

    def settle(self) -> None:
        """What the worker does: readers, until what they tell one another is read; and rules for many people."""
        for _ in range(4):
            self.run_readers()
        tasks.run_rules(str(self.tenant.pk))

    def ran_for(self) -> list[Candidate]:
        with open_tenant(self.tenant):
            return [run.candidate for run in RuleRun.objects.filter(acted=True).select_related("candidate")]


Act = Callable[[], None]
Cause = Callable[[World], Act]
