"""Opens workspaces and changes what belongs to the workspace itself."""

from __future__ import annotations

import itertools
import secrets

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from crm import events
from crm.actors import SYSTEM, Actor
from crm.models import Member, Tenant, User
from crm.permissions import Role
from crm.services import audit
from crm.tenancy.context import tenant as open_tenant

# Addresses that would look like the product's own.
# fmt: off
RESERVED_SLUGS = frozenset({
    "about", "access", "account", "accounts", "admin", "administrator", "api", "app", "apps", "assets", "auth",
    "billing", "blog", "book", "booking", "careers", "contact", "dashboard", "docs", "download", "email",
    "example", "help", "home", "hook", "hooks", "host", "hostmaster", "info", "inbox", "invite", "invitations",
    "join", "legal", "live", "login", "logout", "mail", "mailer", "media", "me", "new", "news", "null", "o",
    "oauth", "operator", "operators", "owner", "portal", "postmaster", "pricing", "privacy", "public", "rapport",
    "register", "root", "security", "settings", "setup", "shop", "signup", "static", "staff", "status",
    "styleguide", "support", "system", "team", "tenant", "tenants", "terms", "test", "tests", "undefined",
    "unsubscribe", "user", "users", "webhook", "webhooks", "webmaster", "www",
})
# fmt: on
LONGEST_SLUG = 40


class SlugRefused(ValueError):
    """The address of a workspace cannot be had; the message says why."""


def find_active(slug: str) -> Tenant | None:
    """The workspace at an address, when it is open."""
    return Tenant.objects.filter(slug=slug, status=Tenant.Status.ACTIVE).first()


def check_slug(slug: str) -> None:
    """Refuse an address that is reserved or taken; SlugRefused says so in the user's words."""
    if slug in RESERVED_SLUGS:
        raise SlugRefused(f"“{slug}” is reserved. Please choose another address.")
    if Tenant.objects.filter(slug=slug).exists():
        raise SlugRefused(f"“{slug}” is taken. Please choose another address.")


def free_slug(name: str) -> str:
    """An address made from a workspace's name; reserved and taken ones get a number, non-Latin names a neutral word."""
    stem = slugify(name)[: LONGEST_SLUG - 5].strip("-_").replace("_", "-") or f"workspace-{secrets.token_hex(2)}"
    taken = set(Tenant.objects.filter(slug__startswith=stem).values_list("slug", flat=True)) | RESERVED_SLUGS
    candidates = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    return next(slug for slug in candidates if slug not in taken)


def _insert(name: str, slug: str, time_zone: str) -> Tenant:
    """The row; two sign-ups that want the same address at the same moment get different ones."""
    for _ in range(5):
        try:
            with transaction.atomic():
                return Tenant.objects.create(name=name, slug=slug or free_slug(name), time_zone=time_zone)
        except IntegrityError as error:
            if slug:
                raise SlugRefused(f"“{slug}” is taken. Please choose another address.") from error
    raise SlugRefused("No free address was found for this name. Please try a longer one.")


@transaction.atomic
def create(*, name: str, owner: User, slug: str = "", time_zone: str = "UTC") -> Member:
    """A new workspace in test mode with its first owner, whose membership is returned, and what every one starts with.

    Without `slug` the address is made from the name. `time_zone` is an IANA name. Raises SlugRefused.
    """
    if slug:
        check_slug(slug)
    workspace = _insert(name, slug, time_zone)
    member = Member.objects.create(tenant=workspace, user=owner, role=Role.OWNER)
    with open_tenant(workspace):
        audit.record(action="tenant.create", by=member.actor, object_type="crm.tenant", object_id=workspace.pk)
        events.before_commit("workspace_created", by=member.actor, now=workspace.created_at)
    return member


@transaction.atomic
def change(*, workspace: Tenant, name: str, time_zone: str, by: Actor) -> None:
    """Give the workspace its name and time zone; only what differs is written."""
    wanted = {"name": name, "time_zone": time_zone}
    fields = [field for field, value in wanted.items() if getattr(workspace, field) != value]
    if fields:
        for field in fields:
            setattr(workspace, field, wanted[field])
        workspace.save(update_fields=fields)
        audit.record(action="tenant.change", by=by, object_type="crm.tenant", object_id=workspace.pk, fields=fields)


@transaction.atomic
def stop_sending(*, workspace: Tenant, by: Actor) -> None:
    """The kill switch: from now on the gate lets no message of this workspace out."""
    _switch_sending(workspace, stopped=True, by=by)


@transaction.atomic
def resume_sending(*, workspace: Tenant, by: Actor) -> None:
    """Let messages out again; what became due meanwhile goes through the gate like anything else."""
    _switch_sending(workspace, stopped=False, by=by)


def _switch_sending(workspace: Tenant, *, stopped: bool, by: Actor) -> None:
    if workspace.sending_stopped != stopped:
        workspace.sending_stopped = stopped
        workspace.save(update_fields=["sending_stopped"])
        action = "tenant.stop_sending" if stopped else "tenant.resume_sending"
        audit.record(action=action, by=by, object_type="crm.tenant", object_id=workspace.pk)


@transaction.atomic
def hide_first_steps(*, workspace: Tenant, by: Actor) -> None:
    """Put the first-steps list away for everybody in the workspace."""
    workspace.first_steps_hidden = True
    workspace.save(update_fields=["first_steps_hidden"])
    audit.record(action="tenant.hide_first_steps", by=by, object_type="crm.tenant", object_id=workspace.pk)


@transaction.atomic
def suspend(*, workspace: Tenant) -> None:
    """An operator's act: nobody can enter, nothing runs; no row is touched."""
    _set_status(workspace, Tenant.Status.SUSPENDED, "tenant.suspend")


@transaction.atomic
def reactivate(*, workspace: Tenant) -> None:
    """An operator's act: open a suspended workspace again."""
    _set_status(workspace, Tenant.Status.ACTIVE, "tenant.reactivate")


def _set_status(workspace: Tenant, status: str, action: str) -> None:
    workspace.status = status
    workspace.save(update_fields=["status"])
    with open_tenant(workspace):
        audit.record(action=action, by=SYSTEM, object_type="crm.tenant", object_id=workspace.pk)
