"""The Django admin of the product; other apps register their tables with `tenant_admin_site.register`."""

from crm.admin.options import MemberTableAdmin, OperatorModelAdmin, TenantModelAdmin
from crm.admin.site import tenant_admin_site
from crm.admin.tables import TenantAdmin

__all__ = ["MemberTableAdmin", "OperatorModelAdmin", "TenantAdmin", "TenantModelAdmin", "tenant_admin_site"]
