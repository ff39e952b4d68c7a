"""What a workspace publishes: articles, files to download, news, events; and who asked for a file just now."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from crm.models import Member, StoredFile
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from portal.choices import ContentKind
from portal.models.visitors import VisitorRequest


class ContentItemQuerySet(TenantQuerySet["ContentItem"]):
    """Content of the current tenant."""

    def published(self) -> ContentItemQuerySet:
        return self.filter(published_at__isnull=False)

    def about(self, topics: Collection[str]) -> ContentItemQuerySet:
        """What is about one of these skill keys at least. Through the fenced view: `&&` may leak."""
        return self.fenced().filter(topics__overlap=list(topics))


class ContentItemManager(TenantManager.from_queryset(ContentItemQuerySet)):  # type: ignore[misc]
    """Content of the current tenant."""


class ContentItem(TenantModel):
    """Something worth sending to people, with a page of its own for everybody once it is published.

    `slug` is made from the first title and stays, so that links in mails that were sent go on working. `topics` are
    keys of skills. `announced_at` is the first publishing: what is taken back and published again is no news.
    """

    kind = models.CharField(max_length=8, choices=ContentKind)
    title = models.CharField(max_length=160)
    slug = models.SlugField(max_length=80, editable=False, db_index=False)
    summary = models.CharField(max_length=400, blank=True)
    body = models.TextField(max_length=50_000, blank=True, help_text="Plain paragraphs.")
    link = models.URLField(max_length=500, blank=True, help_text="Where the whole of it is, elsewhere.")
    file = TenantForeignKey(StoredFile, on_delete=models.PROTECT, related_name="content", null=True, blank=True)
    topics = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    event_on = models.DateField(null=True, blank=True)
    is_gated = models.BooleanField(default=False, help_text="The file is given to those who say who they are.")
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    announced_at = models.DateTimeField(null=True, blank=True, editable=False)
    download_count = models.PositiveIntegerField(default=0, editable=False)
    created_by = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[ContentItemManager] = ContentItemManager()

    class Meta(TenantModel.Meta):
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "slug"], name="content_slug_once"),
            models.CheckConstraint(
                condition=Q(kind=ContentKind.ASSET) | Q(file=None, is_gated=False), name="content_file_of_assets"
            ),
            models.CheckConstraint(
                condition=Q(kind=ContentKind.EVENT) | Q(event_on=None), name="content_day_of_events"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(announced_at__isnull=False), name="content_announced"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "kind", "-published_at"], name="content_by_kind")]

    def __str__(self) -> str:
        return self.title


class AssetRequest(VisitorRequest):
    """The form for a file."""

    item = TenantForeignKey(ContentItem, on_delete=models.CASCADE, related_name="requests")

    class Meta(VisitorRequest.Meta):
        abstract = False
        indexes = [models.Index(fields=["created_at"], name="asset_request_waiting")]

    def __str__(self) -> str:
        return f"{self.item_id}, {self.created_at:%Y-%m-%d %H:%M}"
