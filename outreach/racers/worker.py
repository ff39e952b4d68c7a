"""A worker of the drain, without Celery around it.

`python -m outreach.racers.worker TENANT CONNECTIONS`: for each line of standard input it sends what is due
until nothing is, and answers with how many messages and the seconds.
"""

from __future__ import annotations

import os
import sys
import time
from uuid import UUID


def main(tenant_id: UUID, connections: int) -> None:
    import django  # noqa: PLC0415  # settings are read from the surroundings of this process

    django.setup()
    from crm.models import Tenant  # noqa: PLC0415
    from outreach.services import sending  # noqa: PLC0415

    tenant = Tenant.objects.get(pk=tenant_id)
    print("ready", flush=True)  # noqa: T201
    for _ in sys.stdin:
        started, sent = time.perf_counter(), 0
        while found := sending.send_due(tenant=tenant, connections=connections).reserved:
            sent += found
        print(sent, time.perf_counter() - started, flush=True)  # noqa: T201


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    main(UUID(sys.argv[1]), int(sys.argv[2]))
