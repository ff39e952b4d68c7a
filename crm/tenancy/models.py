"""What every table of a tenant has: a UUIDv7 key, its tenant, and a manager that fails closed."""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

import uuid_utils.compat
from django.db import models
from django.db.models.sql.datastructures import BaseTable

from crm.tenancy.context import current_tenant_id, in_tenant
from crm.viewing import viewer


def uuid7() -> UUID:
    """A time-ordered key (RFC 9562, section 5.7), made in Python so that an offline phone can make one too."""
    return uuid_utils.compat.uuid7()


FENCED = "_fenced"


def fenced_view_name(table: str) -> str:
    return f"{table}{FENCED}"


M = TypeVar("M", bound=models.Model)


class TenantQuerySet(models.QuerySet[M]):
    """Base of the querysets of tenant-owned models."""

    def fenced(self) -> Self:
        """The same rows through the fenced view: for subqueries of searches and segments.

        One table under row-level security is enough to keep operators that may leak from the indexes of a whole query.
        A model that reads such a view already is left as it is.
        """
        rows = self.all()
        if self.model._meta.db_table.endswith(FENCED):
            return rows
        alias = rows.query.get_initial_alias()
        view = fenced_view_name(self.model._meta.db_table)
        rows.query.alias_map[alias] = BaseTable(view, alias)
        rows.query.table_map = {**rows.query.table_map, view: [alias]}
        return rows


_KEPT: dict[tuple[Any, ...], TenantQuerySet[Any]] = {}
_MOST_KEPT = 2000


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """Rows of the current tenant; raises TenantError outside `with tenant(...)`.

    What a query begins with is made once for a tenant and copied each time: making it is a tenth of a millisecond, of
    each of the many queries of a page. A manager that knows more to begin with says so in `beginning`, and with
    `BY_VIEWER` that it looks at `crm.viewing.viewer` for it.
    """

    BY_VIEWER: ClassVar[bool] = False

    def get_queryset(self) -> TenantQuerySet[Any]:
        tenant_id = current_tenant_id()
        if self._hints or self._db:
            return self.beginning(self._of(tenant_id))
        key = (type(self), self.model, tenant_id, viewer() if self.BY_VIEWER else None)
        kept = _KEPT.get(key)
        if kept is None:
            kept = self.beginning(self._of(tenant_id))
            if len(_KEPT) >= _MOST_KEPT:
                _KEPT.clear()
            _KEPT[key] = kept
        return kept.all()

    def _of(self, tenant_id: UUID) -> TenantQuerySet[Any]:
        rows: TenantQuerySet[Any] = super().get_queryset()
        return rows.filter(tenant_id=tenant_id)

    def beginning(self, rows: Any) -> Any:
        """What every query of this manager begins with, out of the tenant's rows. Asks nothing of the database."""
        return rows


class TenantForeignKey(models.ForeignKey):
    """A reference inside one tenant: `Fence` makes its constraint a composite one, (tenant_id, x_id)."""

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs


class TenantField(models.ForeignKey):
    """The tenant that owns a row: the current one, unless told otherwise."""

    def __init__(self, to: Any = "crm.Tenant", on_delete: Any = models.CASCADE, **kwargs: Any) -> None:
        super().__init__(to, on_delete, **{**kwargs, "editable": False, "related_name": "+", "db_index": False})

    def get_default(self) -> UUID | None:
        return current_tenant_id() if in_tenant() else None

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for implied in ("editable", "related_name", "db_index"):
            kwargs.pop(implied, None)
        return name, path, args, kwargs


class TenantModel(models.Model):
    """Abstract base of everything a tenant owns. Its table must be fenced: see `crm.tenancy.fence.Fence`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = TenantField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
