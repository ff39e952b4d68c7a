"""Where the benches of this app play: a database with a large tenant and fifty small ones, kept between runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from crm.bench import scratch
from crm.bench.rows import Options
from crm.bench.scratch import Connection
from crm.models import Member, Tenant
from crm.permissions import Role
from crm.runtime import frontend
from crm.tenancy.context import tenant as open_tenant
from talent import populate

SLUG = "crowd"


@dataclass(frozen=True)
class Stage:
    """The large tenant, a small one, and a connection of the owner, whom row-level security does not bind."""

    large: Tenant
    small: Tenant
    owner: Connection
    people: int

    def client(self, tenant: Tenant) -> Client:
        """A browser of a recruiter of that tenant."""
        who = Member.objects.filter(tenant=tenant, role=Role.OWNER).select_related("user")[0]
        client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
        client.force_login(who.user)
        return client

    def path(self, tenant: Tenant, rest: str) -> str:
        return f"/o/{tenant.slug}/{rest}"


@contextmanager
def _opened(people: int, options: Options, *, is_lean: bool) -> Iterator[None]:
    def fill() -> None:
        options.say(f"inventing {people} people and {'some' if is_lean else 'as many'} in other workspaces ...")
        call_command("populate", candidates=people, tenant=SLUG, lean=is_lean)

    made_by = Path(populate.__file__).parent
    kind = "lean" if is_lean else ""
    with scratch.kept(people, made_by=made_by, fill=fill, fresh=options.fresh, kind=kind):
        yield


@cache
def _static() -> None:
    """What pages name their files by; `run` builds and collects it as well."""
    frontend.build()
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


@contextmanager
def stage(options: Options, people: int = 0, *, is_lean: bool = False) -> Iterator[Stage]:
    """Django's connections lead to the stage; `people` when not as many as the options say, lean ones for a size that
    would not fit otherwise.
    """
    _static()
    size = people or options.candidates
    with _opened(size, options, is_lean=is_lean), scratch.connect("owner") as owner:
        large, small = (Tenant.objects.get(slug=slug) for slug in (SLUG, f"{SLUG}-01"))
        owner.execute("SET timezone = 'UTC'")
        yield Stage(large, small, owner, size)


# What the benches that write leave dead rows in, though they take back what they did.
WRITTEN: tuple[str, ...] = (
    "talent_candidate",
    "talent_contactpoint",
    "talent_candidateskill",
    "talent_candidatetag",
    "talent_note",
)
WRITTEN += ("talent_provenance", "talent_employment", "talent_segment", "talent_segmentmembership", "crm_event")


def tidy(here: Stage) -> None:
    """The dead rows are cleared away, for what is measured next and for the next run."""
    here.owner.execute(f"VACUUM (ANALYZE) {', '.join(WRITTEN)}".encode())


__all__ = ["Stage", "open_tenant", "stage", "tidy"]
