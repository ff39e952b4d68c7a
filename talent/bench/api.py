"""The API through the whole stack of the product: a bare view and single-row commits are its references."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import count, cycle, islice
from uuid import UUID

from django.test import Client

from crm.actors import SYSTEM
from crm.bench.measure import varied
from crm.bench.rows import Row
from crm.services import api_keys
from talent.bench import bare, pages
from talent.bench.stage import Stage, open_tenant
from talent.models import Candidate
from talent.services import candidates

PERSON = """
CREATE TABLE IF NOT EXISTS bench.person (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL, name text NOT NULL, email text NOT NULL,
  UNIQUE (tenant_id, email))
"""
CREATED = 201


@dataclass
class Caller:
    """A program with an API key of the large tenant; it remembers whom it made."""

    client: Client
    path: str
    headers: dict[str, str]
    mark: str
    numbers: Iterator[int] = field(default_factory=count)
    made: list[UUID] = field(default_factory=list)

    def create(self) -> None:
        number = next(self.numbers)
        said = {
            "name": f"Nora Test{number}",
            "emails": [f"nora.{self.mark}.{number}@mail.example.com"],
            "skills": ["Python"],
            "location": "Berlin, Germany",
        }
        response = self.client.post(self.path, said, content_type="application/json", headers=self.headers)
        if response.status_code != CREATED:
            raise AssertionError(response.content.decode()[:300])
        self.made.append(UUID(response.json()["id"]))


@contextmanager
def _caller(stage: Stage, now: datetime) -> Iterator[Caller]:
    """Afterwards the key is revoked, and whoever was made is gone."""
    with open_tenant(stage.large):
        key, secret = api_keys.create(name=f"bench {now:%H%M%S}", by=SYSTEM)
    client, path = stage.client(stage.large), stage.path(stage.large, "api/v1/candidates/")
    client.logout()
    caller = Caller(client, path, {"authorization": f"Bearer {secret}"}, f"{now:%y%m%d%H%M%S}")
    try:
        yield caller
    finally:
        with open_tenant(stage.large):
            api_keys.revoke(key=key, by=SYSTEM, now=now)
            for one in Candidate.objects.filter(pk__in=caller.made):
                candidates.delete(candidate=one, by=SYSTEM, now=now)


def lists(stage: Stage, now: datetime) -> list[Row]:
    """Lists of fifty, each against the bare view."""
    with _caller(stage, now) as caller:
        calls = [
            partial(pages.get, caller.client, f"{caller.path}?{query}", caller.headers)
            for query in islice(cycle(_asked()), pages.VARIED)
        ]
        return [pages.against("REST list of 50", calls, bare.list_json(stage.large), 0.40, "bare JSON")]


def _asked() -> list[str]:
    return [query for query in pages.QUERIES if "=" not in query.replace("sort=", "")]


def creates(stage: Stage, now: datetime) -> list[Row]:
    """New people, each against a commit of a single row on the same server, as durable as theirs."""
    stage.owner.execute("CREATE SCHEMA IF NOT EXISTS bench")
    stage.owner.execute(PERSON)
    commits = [partial(_commit, stage)] * pages.VARIED
    with _caller(stage, now) as caller:
        took = varied({"ours": [caller.create] * pages.VARIED, "bare": commits}, rounds=1)
    return [pages.rate("REST create", took["ours"], took["bare"], 0.08, "single-row commits")]


def _commit(stage: Stage) -> None:
    stage.owner.execute(
        "INSERT INTO bench.person (tenant_id, name, email) VALUES (%s, 'Nora Test', gen_random_uuid()::text)",
        [stage.large.pk],
    )
