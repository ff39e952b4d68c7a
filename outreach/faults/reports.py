"""The fault run of providers' reports: real web workers take them in and are killed; then all is counted."""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from uuid import uuid4

from crm import served
from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.models import Mailbox, ProviderCall
from outreach.services import mailbox_secrets, mailboxes
from outreach.services.mailboxes import Setup

CALLERS = 6
PAUSE_BETWEEN_KILLS = 1.0


@dataclass(frozen=True)
class Result:
    """What was counted. `lost` must be 0: reports that were answered with 200 and are not in the database."""

    events: int
    stored: int
    lost: int
    repeated: int  # tried again, because no answer came
    kills: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.events / self.seconds if self.seconds else 0.0

    @property
    def is_good(self) -> bool:
        return self.lost == 0 and self.stored >= self.events

    def as_dict(self) -> dict[str, float]:
        return {**asdict(self), "per_second": round(self.per_second, 1)}


@dataclass
class Provider:
    """Posts one event a call until all are answered; what gets no answer is posted again, as providers do."""

    port: int
    path: str
    secret: str
    events: int
    answered: set[str] = field(default_factory=set)
    repeated: int = 0
    numbers: Iterator[int] = field(default_factory=count)

    def call(self) -> None:
        """One caller: takes number after number, over a connection that is kept."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        while (number := next(self.numbers)) < self.events:
            ref = f"report-{number}"
            while not self._post(line, ref):
                self.repeated += 1
                line.close()
                time.sleep(0.02)
            self.answered.add(ref)
        line.close()

    def _post(self, line: http.client.HTTPConnection, ref: str) -> bool:
        said = {"RecordType": "Delivery", "MessageID": ref, "Recipient": "a@example.com", "Metadata": {}}
        login = base64.b64encode(f"rapport:{self.secret}".encode()).decode()
        head = {"Content-Type": "application/json", "Authorization": f"Basic {login}"}
        try:
            line.request("POST", self.path, json.dumps(said), head)
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return False
        return answer.status == 200


def _children(master: subprocess.Popen[bytes]) -> list[int]:
    listed = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text()
    return [int(pid) for pid in listed.split()]


def _kill_now_and_then(master: subprocess.Popen[bytes], kills: int, callers: list[threading.Thread]) -> int:
    """`kill -9` of a web worker, one after the other, while there is somebody to be answered; returns how many."""
    done = 0
    while done < kills and any(one.is_alive() for one in callers):
        time.sleep(PAUSE_BETWEEN_KILLS)
        for pid in _children(master)[:1]:
            os.kill(pid, signal.SIGKILL)
            done += 1
    return done


def _workspace() -> tuple[Tenant, Mailbox, str]:
    name = f"faults-{uuid4().hex[:8]}"
    tenant = Tenant.objects.create(slug=name, name=name)
    with open_tenant(tenant):
        setup = Setup("ESP", "ines@acme.example.com", transport="esp", provider="postmark")
        mailbox = mailboxes.save(mailbox=Mailbox(), setup=setup, by=SYSTEM)
        return tenant, mailbox, mailbox_secrets.secrets_of(mailbox)["hook"]


def run(*, events: int, kills: int, workers: int, log: Path) -> Result:
    """Post so many events, one a call, kill web workers meanwhile, and compare what was answered with what is there."""
    tenant, mailbox, secret = _workspace()
    with served.product(workers, log) as web:
        provider = Provider(web.port, f"/hooks/provider/{tenant.slug}/{mailbox.pk}/", secret, events)
        callers = [threading.Thread(target=provider.call) for _ in range(CALLERS)]
        started = time.monotonic()
        for one in callers:
            one.start()
        killed = _kill_now_and_then(web.master, kills, callers)
        for one in callers:
            one.join()
        seconds = time.monotonic() - started
    with open_tenant(tenant):
        bodies = ProviderCall.objects.values_list("body", flat=True).iterator()
        stored = {json.loads(bytes(body))["MessageID"] for body in bodies}
    return Result(events, len(stored), len(provider.answered - stored), provider.repeated, killed, round(seconds, 2))
