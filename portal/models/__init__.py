"""The models of the portal."""

from portal.models.accounts import PortalAccount
from portal.models.content import AssetRequest, ContentItem
from portal.models.links import PortalLink

__all__ = ["AssetRequest", "ContentItem", "PortalAccount", "PortalLink"]
