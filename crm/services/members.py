"""Adds, changes and deactivates members; a workspace always keeps an owner."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.models import Member, Tenant, User
from crm.models.member import MemberQuerySet
from crm.permissions import Permission, Role
from crm.services import audit, logins

JOINED = "member_joined"
DEACTIVATED = "member_deactivated"
REACTIVATED = "member_reactivated"


class MemberProblem(ValueError):
    """The change cannot be made; the message says why, in the user's words."""


def of(workspace: Tenant) -> MemberQuerySet:
    """Everybody who is or was a member, by name."""
    return Member.objects.of_tenant(workspace.pk)


def used_last(user: User) -> Member | None:
    """The membership to go back to after a log-in."""
    return Member.objects.last_used_first(user).first()


def roles_given_by(role: str) -> list[Role]:
    """The roles that somebody with this role may give and take: only owners make owners."""
    return [r for r in Role if r != Role.OWNER or role == Role.OWNER]


def _require(member: Member, role: str, by_role: str) -> None:
    allowed = roles_given_by(by_role)
    if member.role not in allowed or role not in allowed:
        raise MemberProblem("Only an owner can make somebody an owner, or change one.")


def _keep_an_owner(member: Member) -> None:
    """Refuse to lose the last owner; the lock on the workspace's row keeps two such changes apart."""
    Tenant.objects.select_for_update().get(pk=member.tenant_id)
    if not Member.objects.active_owners(member.tenant_id).exclude(pk=member.pk).exists():
        raise MemberProblem(
            f"{member} is the only owner. Make somebody else an owner first, so that the workspace always has one."
        )


def _record(member: Member, action: str, by: Actor, **facts: str) -> None:
    audit.record(action=action, by=by, object_type="crm.member", object_id=member.pk, facts=facts)


def publish(kind: str, *, member: Member, by: Actor, now: datetime) -> None:
    """Tell the readers what became of a member."""
    events.publish(kind, candidate=None, occurred_at=now, actor=by, subject=Subject("crm.member", member.pk))


@transaction.atomic
def change_role(*, member: Member, role: str, by: Actor, by_role: str) -> None:
    """Give a member another role. Raises MemberProblem for the last owner, and for owners when `by_role` is none."""
    if member.role == role:
        return
    _require(member, role, by_role)
    if member.role == Role.OWNER and member.is_active:
        _keep_an_owner(member)
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    _record(member, "member.change_role", by, before=before, after=role)


@transaction.atomic
def deactivate(*, member: Member, by: Actor, by_role: str, now: datetime) -> None:
    """Shut a member out at once; what they did stays. Raises MemberProblem for the last owner."""
    if not member.is_active:
        return
    _require(member, member.role, by_role)
    if member.role == Role.OWNER:
        _keep_an_owner(member)
    member.is_active = False
    member.save(update_fields=["is_active"])
    _record(member, "member.deactivate", by)
    publish(DEACTIVATED, member=member, by=by, now=now)


@transaction.atomic
def reactivate(*, member: Member, by: Actor, by_role: str, now: datetime) -> None:
    """Let a former member in again, with the role they had."""
    if member.is_active:
        return
    _require(member, member.role, by_role)
    member.is_active = True
    member.save(update_fields=["is_active"])
    _record(member, "member.reactivate", by)
    publish(REACTIVATED, member=member, by=by, now=now)


def said(member: Member) -> dict[str, str]:
    """What a member says of themselves, as `describe` takes it."""
    user = member.user
    own = {"name": user.name, "time_zone": user.time_zone}
    return own | {"title": member.title, "phone": member.phone, "booking_link": member.booking_link}


@transaction.atomic
def describe(
    *, member: Member, name: str, time_zone: str, title: str, phone: str, booking_link: str, by: Actor
) -> None:
    """What a member says of themselves: the name and zone (IANA) go with their log-in, the rest is this workspace's."""
    logins.change_profile(user=member.user, name=name, time_zone=time_zone)
    wanted = {"title": title, "phone": phone, "booking_link": booking_link}
    changed = [field for field, value in wanted.items() if getattr(member, field) != value]
    for field in changed:
        setattr(member, field, wanted[field])
    member.save(update_fields=changed)
    audit.record(action="member.describe", by=by, object_type="crm.member", object_id=member.pk, fields=changed)


def administers(member: Member) -> bool:
    return Permission.TENANT_MANAGE in member.permissions
