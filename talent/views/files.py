"""Downloads of what is kept about people."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse

from crm.access import load, member
from crm.models import StoredFile
from crm.permissions import Permission
from crm.requests import MemberRequest
from crm.services import audit, files


@member(Permission.CANDIDATE_VIEW)
def download(request: MemberRequest, pk: UUID) -> FileResponse:
    """A document of a person; files that belong to nobody are not handed out here."""
    file = load(StoredFile.objects.filter(documents__isnull=False).distinct(), pk)
    audit.record(action="file.read", by=request.actor, object_type="crm.storedfile", object_id=file.pk)
    return files.download(file)
