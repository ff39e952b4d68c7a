"""Background work of the ways in, and the sweep that finds what a lost wake-up left."""

from __future__ import annotations

from crm.background import tenant_task, wake
from crm.models import Tenant
from sourcing.services import imports, papers, resumes, waiting


@tenant_task("bulk", enter=False)
def run_import(tenant: Tenant, batch_id: str) -> None:
    imports.run(tenant=tenant, batch_id=batch_id)


@tenant_task("parse", enter=False)
def read_resume(tenant: Tenant, document_id: str) -> None:
    resumes.read(tenant=tenant, document_id=document_id)


@tenant_task("parse", enter=False)
def read_paper(tenant: Tenant, document_id: str) -> None:
    papers.read(tenant=tenant, document_id=document_id)


def sweep() -> None:
    for tenant_id, task, queue, row_id in waiting.work():
        wake(task, queue, tenant_id, row_id)
