"""Who calls the API."""

import json
from typing import Any

from django.test import Client

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.services import api_keys
from crm.tenancy.context import tenant as open_tenant

ROOT = "/o/acme/api/v1/"


class Machine:
    """A client with an API key: `call("get", path, body)` gives (status, answer)."""

    def __init__(self, tenant: Tenant, role: str) -> None:
        with open_tenant(tenant):
            self.secret = api_keys.create(name="Script", by=SYSTEM, role=role)[1]

    def call(self, verb: str, path: str, body: object = None) -> tuple[int, Any]:
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        headers = {"Authorization": f"Bearer {self.secret}"}
        answer = getattr(Client(), verb)(ROOT + path, headers=headers, **sent)
        return answer.status_code, answer.json() if answer.content else None


def fields_of(answer: tuple[int, Any]) -> tuple[int, list[str]]:
    """The status, and which fields it finds fault with."""
    return answer[0], sorted(answer[1]["error"]["fields"])
