"""Bench of the outreach engine: `manage.py bench outreach`."""

from outreach.bench.engine import engine

__all__ = ["engine"]
