"""A record that became part of another one, for whoever still holds its id."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import APIException

from crm.access import load
from talent.models import Candidate
from talent.services import merges


class MergedAwayError(serializers.Serializer[Any]):
    """What became of the record."""

    message = serializers.CharField()
    merged_into = serializers.UUIDField()


class MergedAway(serializers.Serializer[Any]):
    """The answer about a record that was merged. Taking the merge back brings the id back."""

    error = MergedAwayError()


class Gone(APIException):
    """410 rather than a redirect: whoever keeps ids should notice and follow, not go on asking for the old one."""

    status_code = 410
    default_detail = "This record became part of another one."

    def __init__(self, survivor: UUID) -> None:
        super().__init__()
        self.more = {"merged_into": str(survivor)}


def standing(pk: UUID) -> Candidate:
    """The person; raises Gone for one that was merged, Http404 for one that never was."""
    found = Candidate.objects.filter(pk=pk).first()
    survivor = None if found else merges.survivor_of(pk)
    if survivor is not None:
        raise Gone(survivor)
    return found or load(Candidate, pk)
