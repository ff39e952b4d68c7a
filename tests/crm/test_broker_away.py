"""After a commit the broker or the cache may be away: the work is kept, a sweep finds it, nobody gets an error."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from celery import Celery
from django.test import Client

from crm import background
from crm.cache import Cache
from crm.models import Tenant
from crm.runtime import valkey
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate
from tests.factories.talent import a_candidate

Server = tuple[subprocess.Popen[bytes], str]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of its own, that can be stopped."""
    socket = tmp_path / "v.sock"
    program = [str(valkey._program()), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL) as process:
        while not socket.exists():
            time.sleep(0.01)
        yield process, str(socket)
        process.kill()


@pytest.fixture
def fleeting(server: Server, monkeypatch: pytest.MonkeyPatch) -> subprocess.Popen[bytes]:
    """Wake-ups go by this server, which has answered before."""
    process, socket = server
    app = Celery("fleeting", broker=f"redis+socket://{socket}", set_as_current=False)
    monkeypatch.setattr(background, "current_app", app)
    monkeypatch.setattr(background, "cache", Cache(f"unix://{socket}", {}))
    background.wake("a.task", "bulk", "x")
    assert background.is_first(uuid4(), "of-a-test", lasts=60, begins=0)
    return process


def test_server_that_went_away_raises_nothing(
    fleeting: subprocess.Popen[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    fleeting.kill()
    fleeting.wait()

    background.wake("a.task", "bulk", "x")

    assert not background.is_first(uuid4(), "of-a-test", lasts=60, begins=0)
    said = [record.getMessage().split(":")[0] for record in caplog.records if record.name == "crm.background"]
    assert said == ["broker away, a.task is left to the sweep", "cache away, of-a-test is left to the sweep"]


def test_request_that_was_committed_is_answered(
    fleeting: subprocess.Popen[bytes],
    tenant: Tenant,
    owner_client: Client,
    django_capture_on_commit_callbacks: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with open_tenant(tenant):
        person = a_candidate()
    fleeting.kill()
    fleeting.wait()

    with django_capture_on_commit_callbacks(execute=True):
        address = f"/o/acme/api/v1/candidates/{person.pk}/"
        answer = owner_client.patch(address, {"tags": ["kotlin"]}, content_type="application/json")

    assert (answer.status_code, "cache away, readers-nudged" in caplog.text) == (200, True)
    with open_tenant(tenant):
        assert Candidate.objects.get(pk=person.pk).tag_ids
