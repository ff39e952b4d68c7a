"""Telling members who are new in the segments that they watch: one unread notification for each, however many came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from crm.actors import SYSTEM
from crm.models import Member, Notification, Tenant
from crm.permissions import Permission
from crm.services import notifications
from crm.tenancy.context import current_tenant_id
from talent.choices import MembershipCause
from talent.models import Segment, SegmentMembership, SegmentWatch

KIND = "segment"
NEWS = (MembershipCause.DATA, MembershipCause.TIME)  # a rule that was changed brings whom its editor has seen already


def is_watched(*, segment: Segment, member: Member) -> bool:
    return SegmentWatch.objects.filter(segment=segment, member=member).exists()


@transaction.atomic
def watch(*, segment: Segment, member: Member, is_on: bool) -> None:
    """Tell a member of who enters from now on, or no longer."""
    if is_on:
        SegmentWatch.objects.bulk_create([SegmentWatch(segment=segment, member=member)], ignore_conflicts=True)
    else:
        SegmentWatch.objects.filter(segment=segment, member=member).delete()


def page(slug: str, segment_id: UUID) -> str:
    return reverse("talent:segment-detail", args=[slug, segment_id])


@transaction.atomic
def tell(*, entered: Mapping[UUID, datetime]) -> int:
    """{segment: when the first of those who are new came}; returns how many members were told."""
    watches = SegmentWatch.objects.select_for_update(of=("self",)).filter(segment_id__in=entered)
    active = Member.objects.of_tenant(current_tenant_id()).active()
    here = {one.pk for one in active if Permission.CANDIDATE_VIEW in one.permissions}
    told, slug = 0, Tenant.objects.values_list("slug", flat=True).get(pk=current_tenant_id())
    for one in watches.select_related("segment"):
        if one.member_id in here:
            told += _tell(one, max(entered[one.segment_id], one.created_at), page(slug, one.segment_id))
    return told


def _tell(watch: SegmentWatch, first: datetime, url: str) -> int:
    """Add to what the member has not read yet, or begin anew."""
    unread = Notification.objects.filter(member_id=watch.member_id, kind=KIND, url=url).unread()
    since = watch.since if watch.since is not None and unread.exists() else first
    new = SegmentMembership.objects.current().filter(segment=watch.segment, entered_at__gte=since, entered_by__in=NEWS)
    count = new.count()
    if not count:
        return 0
    names = new.order_by("-entered_at", "-candidate_id").values_list("candidate__name", flat=True)[:2]
    SegmentWatch.objects.filter(pk=watch.pk).update(since=since)
    unread.delete()
    text = f"{_said(list(names), count)} new in “{watch.segment.name}”"
    return notifications.tell(members=[watch.member_id], kind=KIND, text=text, url=url, by=SYSTEM)


def _said(names: list[str], count: int) -> str:
    """As in “Anna and 3 others are”; two letters of a name at least are left of the longest."""
    short = [name if len(name) <= 60 else f"{name[:59]}…" for name in names]
    if count == 1:
        return f"{short[0]} is"
    return f"{short[0]} and {short[1]} are" if count == 2 else f"{short[0]} and {count - 1:,} others are"
