"""The demo tenant: invented people at reserved domains, three months of history, nothing ever mailed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from crm.models import Member, Tenant, User
from crm.permissions import Role
from crm.registry import registered
from crm.services import readers
from crm.tenancy.context import tenant as open_tenant

SLUG = "demo"
PASSWORD = "demo-password-2026"  # noqa: S105 - printed on purpose; refused in production
CAST = (
    ("owner@demo.example.com", "Olivia Brandt", Role.OWNER),
    ("recruiter@demo.example.com", "Rafael Moreno", Role.RECRUITER),
    ("second@demo.example.com", "Saga Lindqvist", Role.RECRUITER),
    ("manager@demo.example.com", "Malik Adeyemi", Role.HIRING_MANAGER),
    ("viewer@demo.example.com", "Vera Novak", Role.VIEWER),
)


class DemoRefused(RuntimeError):
    """There is no demo in production: its passwords are public."""


@dataclass(frozen=True)
class Scene:
    """What the fillers of the apps share: the tenant, its members, the moment it plays at, and one dice."""

    tenant: Tenant
    members: tuple[Member, ...]
    now: datetime
    dice: random.Random
    people: int
    say: Callable[[str], None] = lambda sentence: None  # progress, for whoever waits

    @contextmanager
    def chapter(self) -> Iterator[None]:
        """One transaction inside the tenant; then the readers run, so that it has its consequences."""
        with open_tenant(self.tenant):
            yield
        readers.run_all(self.tenant.pk)

    @property
    def recruiters(self) -> tuple[Member, ...]:
        return tuple(m for m in self.members if m.role in (Role.OWNER, Role.RECRUITER))


def found() -> Tenant:
    """The demo tenant with its members, made if there is none: they can log in before it is filled."""
    if settings.ENV.production:
        raise DemoRefused("The demo tenant is not for production: its passwords are public.")
    existing = Tenant.objects.filter(slug=SLUG).first()
    if existing is not None and existing.is_demo:
        return existing
    with transaction.atomic():
        tenant = Tenant.objects.create(
            slug=SLUG,
            name="Northwind Talent",
            is_demo=True,
            time_zone="Europe/Berlin",
            filling=Tenant.Filling.FOUNDED,
        )
        for who in CAST:
            _member(tenant, *who)
    return tenant


def fill(*, now: datetime, say: Callable[[str], None] = lambda sentence: None) -> Tenant:
    """Make the demo tenant if there is none, and fill it, once; returns it. Running it again changes nothing.

    Each filler of `crm/wiring.py` tells its part in chapters (see `Scene.chapter`). A filling that was cut short is
    not taken up again: what it has told stays.
    """
    tenant = found()
    if not _begin(tenant):
        return tenant
    members = tuple(Member.objects.filter(tenant=tenant, user__email__in=[email for email, _, _ in CAST]))
    cast = tuple(next(m for m in members if m.user.email == email) for email, _, _ in CAST)
    scene = Scene(tenant, cast, now, random.Random(20260301), settings.ENV.demo_people, say)  # noqa: S311
    for filler in registered.demo:
        filler(scene)
    _end(tenant)
    return tenant


def _begin(tenant: Tenant) -> bool:
    """Whether it is ours to fill: of two at once, one is."""
    mine = Tenant.objects.filter(pk=tenant.pk, filling=Tenant.Filling.FOUNDED).update(filling=Tenant.Filling.RUNNING)
    return bool(mine)


def end_cut_short() -> bool:
    """A filling that nobody is at any more counts as over; True when there was one. `make run` asks."""
    return bool(Tenant.objects.filter(slug=SLUG, filling=Tenant.Filling.RUNNING).update(filling=""))


def _end(tenant: Tenant) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(filling="")
    tenant.filling = ""


def _member(tenant: Tenant, email: str, name: str, role: str) -> Member:
    found = User.objects.filter(email=email).first()
    user = found or User.objects.create_user(email, PASSWORD, name=name, time_zone=tenant.time_zone)
    return Member.objects.create(tenant=tenant, user=user, role=role)


def logins() -> list[tuple[str, str, str]]:
    """(e-mail, password, role) of the demo's cast."""
    return [(email, PASSWORD, role.label) for email, _, role in CAST]
