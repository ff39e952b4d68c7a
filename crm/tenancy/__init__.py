"""Tenancy: the current tenant, models that belong to one, and the fence around their tables."""
