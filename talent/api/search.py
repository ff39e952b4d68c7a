"""Search for machines: the hits with their reasons, and what they are like."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from crm.api.pages import limit_of
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from talent.api.candidates import CHIPS, PAGING, fast
from talent.services import listing, results
from talent.services.results import Hit

GRAMMAR = (
    'Words, all of which must occur; "phrases"; brackets; AND, OR, NOT (and |, -) in capitals; begin*; a NEAR/3 b; '
    "field:value with name, title, company, skill, tag, location, country, email, phone, note, resume, source, owner, "
    "headline, summary. What cannot be read is told in `problems`, and the rest is looked for."
)
Shape = serializers.Serializer[Any]


class HitShape(Shape):
    """Somebody who was found, and why: `snippet` is HTML, escaped, with <mark> around the words."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    work = serializers.CharField()
    by = serializers.ChoiceField(["words", "meaning"])
    snippet = serializers.CharField(allow_null=True)
    stands_in = serializers.CharField(allow_null=True, help_text="Where the snippet stands: Profile, Note, Document.")


class FacetCount(Shape):
    """A value, and how many of the people looked at have it."""

    facet = serializers.CharField()
    value = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField()


class SearchPage(Shape):
    """A page of hits. `facets` are counted among the first `counted` people, on the first page only."""

    results = HitShape(many=True)
    close = HitShape(many=True, help_text="Near in meaning, beside few hits.")
    next = serializers.CharField(allow_null=True)
    total = serializers.IntegerField(help_text="Counted to 10,001 at most.")
    facets = FacetCount(many=True)
    counted = serializers.IntegerField()
    problems = serializers.ListField(child=serializers.CharField())
    better = serializers.CharField(allow_null=True, help_text="The search that was probably meant.")
    meaning_is = serializers.ChoiceField(["on", "behind", "off"])


def _hit(hit: Hit) -> dict[str, Any]:
    told = hit.snippet
    why = {"snippet": str(told.html) if told else None, "stands_in": told.source if told else None}
    return {"id": hit.row.id, "name": hit.row.name, "work": hit.row.work, "by": hit.by, **why}


class Search(TenantAPIView):
    """People by words, or by words and meaning."""

    permissions = {"GET": Permission.CANDIDATE_VIEW}

    @extend_schema(
        parameters=[
            *PAGING,
            *CHIPS,
            OpenApiParameter("q", OpenApiTypes.STR, description=GRAMMAR),
            OpenApiParameter("by", OpenApiTypes.STR, enum=["words", "meaning"]),
        ],
        responses=SearchPage,
    )
    def get(self, request: Request) -> HttpResponse:
        """The filter parameters of the list of candidates narrow the search as well."""
        asked, chosen = listing.asked_in(request.query_params, self.tenant.time_zone)
        if chosen.problems:
            raise ValidationError({"detail": " ".join(one.said for one in chosen.problems)})
        by: results.By = "meaning" if request.query_params.get("by") == "meaning" else "words"
        after = request.query_params.get("after", "")
        found = results.show(asked, by=by, now=timezone.now(), after=after, limit=limit_of(request))
        return fast(_answer(found))


def _answer(found: results.Results) -> dict[str, Any]:
    shown = found.facets.facets if found.facets else ()
    return {
        "results": [_hit(hit) for hit in found.hits],
        "close": [_hit(hit) for hit in found.close],
        "next": found.listing.after or None,
        "total": found.listing.total,
        "facets": [
            {"facet": f.label, "value": c.value, "name": c.label, "count": c.count} for f in shown for c in f.counts
        ],
        "counted": found.facets.of if found.facets else 0,
        "problems": found.problems,
        "better": found.better or None,
        "meaning_is": found.meaning_is,
    }
