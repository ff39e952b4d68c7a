"""Benches of the talent community: `manage.py bench fence`, `manage.py bench talent`."""

from talent.bench.community import community
from talent.bench.fence import fence

__all__ = ["community", "fence"]
