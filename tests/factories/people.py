"""The cast: tenants, users and members."""

from __future__ import annotations

from crm.models import Member, Tenant, User
from crm.permissions import Role

PASSWORD = "a-long-test-password"


def a_tenant(slug: str = "acme", **fields: object) -> Tenant:
    return Tenant.objects.create(slug=slug, name=slug.title(), **fields)


def a_user(email: str, name: str = "") -> User:
    return User.objects.create_user(email, PASSWORD, name=name or email.split("@")[0].title())


def a_member(tenant: Tenant, role: str = Role.RECRUITER, email: str = "", name: str = "") -> Member:
    user = a_user(email or f"{role}@{tenant.slug}.example.com", name)
    return Member.objects.create(tenant=tenant, user=user, role=role)
