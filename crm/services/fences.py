"""The hourly look at the fences in production."""

from __future__ import annotations

import logging

from crm.tenancy import lint

logger = logging.getLogger(__name__)


def check() -> None:
    """Log every hole in the tenants' fences as an error; the log's alarm is the operator's."""
    for finding in lint.findings():
        logger.error("hole in a fence: %s: %s", finding.where, finding.what)
