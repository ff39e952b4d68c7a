"""The candidate: a human being we may one day hire, independent of any job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models
from django.db.models import F, Func
from django.db.models.functions import Coalesce, Greatest

from crm.models import Member, StoredFile
from crm.tenancy.context import current_tenant_id
from crm.tenancy.many import array
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.choices import JobSearchStatus, RelationshipState, Said, Seniority, SourceKind, ZoneOrigin


class Source(TenantModel):
    """Where people come from."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=SourceKind)

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="source_name_once")]

    def __str__(self) -> str:
        return self.name


_CONTACTED = """
UPDATE talent_candidate c SET last_contacted_at = greatest(c.last_contacted_at, m.at)
FROM (SELECT l.id, m.at FROM unnest(%s::uuid[], %s::timestamptz[]) AS m (id, at)
      JOIN talent_candidate l ON l.id = m.id ORDER BY l.id FOR NO KEY UPDATE OF l) m
WHERE c.tenant_id = %s AND c.id = m.id
"""


class CandidateQuerySet(TenantQuerySet["Candidate"]):
    """Candidates of the current tenant."""

    def newest_first(self) -> CandidateQuerySet:
        return self.order_by("-created_at", "-pk")

    def touch(
        self,
        *,
        contacted_at: datetime | None = None,
        replied_at: datetime | None = None,
        spoke_at: datetime | None = None,
    ) -> int:
        """Move the clocks of contact forward, never back; returns how many people.

        A reply is two-way contact; `spoke_at` is for calls and meetings.
        """
        moments = {
            "last_contacted_at": contacted_at,
            "last_replied_at": replied_at,
            "last_two_way_at": max((m for m in (replied_at, spoke_at) if m is not None), default=None),
        }
        changes = {name: Greatest(Coalesce(F(name), at), at) for name, at in moments.items() if at is not None}
        return self.update(**changes)

    def contacted(self, moments: Mapping[UUID, datetime]) -> None:
        """Move the clock of contact of many people forward, each to a moment of their own, in one statement."""
        with connection.cursor() as cursor:
            cursor.execute(_CONTACTED, [array(moments), list(moments.values()), current_tenant_id()])


class CandidateManager(TenantManager.from_queryset(CandidateQuerySet)):  # type: ignore[misc]
    """Candidates of the current tenant; raises TenantError outside one. The long texts of search are not loaded."""

    def beginning(self, rows: CandidateQuerySet) -> CandidateQuerySet:
        return rows.defer("search", "search_text")


class FencedManager(TenantManager):
    """Reads the fenced view; the tenant is asked for all the same, so that a missing one is loud and early."""

    def beginning(self, rows: TenantQuerySet[FencedCandidate]) -> TenantQuerySet[FencedCandidate]:
        return rows.defer("search", "search_text")


class CandidateFields(TenantModel):
    """The columns of a candidate, shared by the table and by its fenced view.

    `skill_keys` and `tag_ids` repeat what CandidateSkill and CandidateTag say, for one GIN index that begins with the
    tenant; `search_text` repeats every text that full-text search should find. Only `talent.services` writes them.
    """

    name = models.CharField(max_length=200)
    headline = models.CharField(max_length=300, blank=True)
    current_title = models.CharField(max_length=200, blank=True)
    current_company = models.CharField(max_length=200, blank=True)
    location = models.CharField("place", max_length=200, blank=True, help_text="As written by or about the person.")
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2.")
    latitude = models.FloatField(null=True, blank=True, help_text="Degrees, WGS 84.")
    longitude = models.FloatField(null=True, blank=True, help_text="Degrees, WGS 84.")
    time_zone = models.CharField(max_length=64, blank=True, help_text="IANA name.")
    time_zone_origin = models.CharField(max_length=8, choices=ZoneOrigin, blank=True)
    open_to_remote = models.BooleanField(null=True, blank=True, help_text="Would work remotely; empty when unknown.")
    open_to_relocation = models.BooleanField(null=True, blank=True, help_text="Would move; empty when unknown.")
    seniority = models.SmallIntegerField(choices=Seniority, null=True, blank=True)
    seniority_origin = models.CharField(max_length=8, choices=Said, blank=True)
    job_search = models.CharField(max_length=12, choices=JobSearchStatus, blank=True)
    job_search_at = models.DateTimeField(null=True, blank=True, help_text="When the person, or a colleague, said so.")
    job_search_origin = models.CharField(max_length=120, blank=True, help_text="Who or what said so, in words.")
    photo = TenantForeignKey(StoredFile, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    summary = models.TextField(blank=True)
    state = models.CharField(max_length=16, choices=RelationshipState, default=RelationshipState.LEAD)
    source = TenantForeignKey(Source, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    owner = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, db_index=False)
    last_contacted_at = models.DateTimeField(null=True, blank=True, help_text="When they last heard from us.")
    last_replied_at = models.DateTimeField(null=True, blank=True, help_text="Their last message to us.")
    last_two_way_at = models.DateTimeField(
        null=True, blank=True, help_text="The last time both sides spoke: a reply, a call that was answered, a meeting."
    )
    engagement = models.FloatField(
        default=0, editable=False, help_text="Weighted evidence, scaled to a fixed day: see services.engagement."
    )
    skill_keys = ArrayField(models.CharField(max_length=80), default=list, editable=False)
    tag_ids = ArrayField(models.UUIDField(), default=list, editable=False)
    search_text = models.TextField(blank=True, editable=False)
    search = models.GeneratedField(
        expression=Func(F("search_text"), function="app.words"), output_field=SearchVectorField(), db_persist=True
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name


class Candidate(CandidateFields):
    """A person of the talent community: the root that applications, memberships, messages hang off."""

    objects: ClassVar[CandidateManager] = CandidateManager()

    class Meta(CandidateFields.Meta):
        indexes = [
            models.Index(fields=["tenant", "-created_at", "-id"], name="candidate_newest"),
            models.Index(fields=["tenant", "name", "id"], name="candidate_by_name"),
            models.Index(fields=["tenant", "country", "id"], name="candidate_by_country"),
            models.Index(fields=["tenant", "-last_replied_at", "-id"], name="candidate_by_reply"),
            models.Index(fields=["tenant", "-last_contacted_at", "-id"], name="candidate_by_contact"),
            models.Index(fields=["tenant", "-last_two_way_at", "-id"], name="candidate_by_two_way"),
            models.Index(fields=["tenant", "-engagement", "-id"], name="candidate_by_engagement"),
            models.Index(fields=["tenant", "seniority", "id"], name="candidate_by_seniority"),
            models.Index(fields=["tenant", "owner", "id"], name="candidate_by_owner"),
            models.Index(fields=["tenant", "latitude", "longitude"], name="candidate_by_coordinates"),
            models.Index(fields=["tenant", "source", "id"], name="candidate_by_source"),
            models.Index(fields=["tenant", "-updated_at", "-id"], name="candidate_by_change"),
            # Words that begin with a mark of their tenant: see `talent.search.index`.
            GinIndex(Func(F("tenant"), F("search"), function="app.marked"), name="candidate_words"),
            # Skills, and each of them with state and country: see `talent.search.placed`.
            GinIndex(
                F("tenant"),
                F("skill_keys"),
                Func(F("skill_keys"), F("state"), F("country"), function="app.placed_skills"),
                name="candidate_placed_skills",
            ),
            GinIndex(fields=["tenant", "tag_ids"], name="candidate_tags"),
            GinIndex(
                F("tenant"),
                OpClass(Func(F("current_title"), function="app.plain"), "gin_trgm_ops"),
                name="candidate_title",
            ),
            GinIndex(
                F("tenant"), OpClass(Func(F("name"), function="app.plain"), "gin_trgm_ops"), name="candidate_name"
            ),
        ]


class FencedCandidate(CandidateFields):
    """The same rows through the fenced view: what search and segments read, so that their indexes work.

    Nothing is written through the view, so what it refers to is not told of here when it is deleted.
    """

    photo = TenantForeignKey(StoredFile, on_delete=models.DO_NOTHING, related_name="+", null=True, blank=True)
    source = TenantForeignKey(Source, on_delete=models.DO_NOTHING, related_name="+", null=True, blank=True)
    owner = TenantForeignKey(Member, on_delete=models.DO_NOTHING, related_name="+", null=True, blank=True)

    objects: ClassVar[FencedManager] = FencedManager()

    class Meta(CandidateFields.Meta):
        managed = False
        db_table = "talent_candidate_fenced"


def display_names(ids: list[UUID]) -> dict[UUID, str]:
    """Names by key, for lists that hold keys only."""
    return dict(Candidate.objects.filter(pk__in=ids).values_list("pk", "name"))
