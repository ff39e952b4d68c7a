"""Who may know of a pool: everybody, its owner alone, or chosen colleagues. Its owner decides."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from crm.actors import Actor
from crm.models import Member
from crm.services import audit
from talent.choices import PoolVisibility
from talent.models import PoolGuest, TalentPool
from talent.services import field_changes, pools


class NotTheOwner(PermissionError):
    """Only the owner of a pool decides who sees it."""


def guests(pool: TalentPool) -> list[Member]:
    """The colleagues who may see a confidential pool, besides its owner."""
    keys = PoolGuest.objects.filter(pool=pool).values("member_id")
    return list(Member.objects.of_tenant(pool.tenant_id).filter(pk__in=keys))


@transaction.atomic
def share(
    *, pool: TalentPool, visibility: str, members: Sequence[Member], owner: Member | None = None, by: Actor
) -> None:
    """Say who sees a pool; the members count for confidential ones. A pool without an owner goes to who decides.

    Raises NotTheOwner, or PoolExists when a shared pool has that name already.
    """
    if by.kind != "member" or not pool.may_be_shared_by(by.id):
        raise NotTheOwner("Only the owner of a pool decides who sees it.")
    if visibility == PoolVisibility.SHARED:
        pools.refuse_double(pool.name, pool)
    if TalentPool.objects.filter(pk=pool.pk).exclude(visibility=visibility).exists():
        field_changes.tell(*field_changes.POOLS, by=by)  # segments know of shared pools alone
    pool.visibility, pool.owner_id = visibility, owner.pk if owner else by.id
    pool.save(update_fields=["visibility", "owner"])
    PoolGuest.objects.filter(pool=pool).delete()
    if visibility == PoolVisibility.CONFIDENTIAL:
        chosen = [PoolGuest(pool=pool, member=m) for m in members if m.pk != pool.owner_id]
        PoolGuest.objects.bulk_create(chosen)
    audit.record(
        action="pool.share",
        by=by,
        object_type="talent.talentpool",
        object_id=pool.pk,
        facts={"visibility": str(visibility), "members": len(members)},
    )
