"""The models of the portal."""

from portal.models.accounts import PortalAccount
from portal.models.content import AssetRequest, ContentItem
from portal.models.links import PortalLink
from portal.models.registrations import EventRequest

__all__ = ["AssetRequest", "ContentItem", "EventRequest", "PortalAccount", "PortalLink"]
