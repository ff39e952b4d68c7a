"""Fills tenants with any number of invented people and their history: for benches, and for trying things at size."""
