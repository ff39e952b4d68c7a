"""How the portal's events look on a person's timeline."""

from __future__ import annotations

from inbox.services import timeline_kinds
from inbox.services.timeline_kinds import CHANGE, Kind
from portal import events

KINDS = {
    events.PORTAL_INVITED: Kind(CHANGE, "door-open", "invited them to the portal"),
    events.PORTAL_VISITED: Kind(CHANGE, "door-open", "visited the portal", "info"),
    events.PROFILE_EDITED: Kind(CHANGE, "user-round-pen", timeline_kinds.edited, "accent"),
    events.ASSET_DOWNLOADED: Kind(CHANGE, "file-down", timeline_kinds.downloaded, "info"),
}
