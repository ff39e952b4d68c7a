"""Kinds of events that `portal` publishes. `data` is listed beside each."""

from __future__ import annotations

PORTAL_INVITED = "portal_invited"  # subject: the link
PORTAL_VISITED = "portal_visited"  # once a day at most
PROFILE_EDITED = "profile_edited"  # fields: names of what the person changed
