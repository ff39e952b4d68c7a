"""Reads the text of documents that came without one: by hand, by mail."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import transaction

from crm.background import wake
from crm.models import Tenant
from crm.services import files
from crm.tenancy.context import current_tenant_id
from crm.tenancy.context import tenant as open_tenant
from sourcing.resumes import reader
from sourcing.resumes.errors import ResumeError
from talent.models import Document
from talent.services import claims, documents

TASK, QUEUE = "sourcing.tasks.read_paper", "parse"


def ask(document_ids: Iterable[UUID]) -> None:
    """Wake a worker for each of these that has no text, once the transaction is committed."""
    tenant_id = current_tenant_id()
    for key in Document.objects.filter(pk__in=list(document_ids), text="").values_list("pk", flat=True):
        transaction.on_commit(partial(wake, TASK, QUEUE, tenant_id, key))


def read(*, tenant: Tenant, document_id: str) -> None:
    """Read one, in a process of its own; a file without readable text stays as it is. Twice does nothing more."""
    with open_tenant(tenant):
        document = Document.objects.filter(pk=UUID(document_id), text="").select_related("file").first()
        content = files.read(document.file) if document else b""
    if document is None:
        return
    try:
        text = reader.read(content, document.file.name).text
    except ResumeError:
        return
    with open_tenant(tenant):
        kept = Document.objects.select_related("candidate").filter(pk=document.pk).first()
        if kept is not None:
            documents.set_text(document=kept, text=text)
            claims.ground(candidate=kept.candidate, document=kept)
