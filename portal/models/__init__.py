"""The models of the portal."""

from portal.models.accounts import PortalAccount
from portal.models.links import PortalLink

__all__ = ["PortalAccount", "PortalLink"]
