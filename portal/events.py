"""Kinds of events that `portal` publishes. `data` is listed beside each."""

from __future__ import annotations

PORTAL_INVITED = "portal_invited"  # subject: the link
PORTAL_VISITED = "portal_visited"  # once a day at most
PROFILE_EDITED = "profile_edited"  # fields: names of what the person changed
CONTENT_PUBLISHED = "content_published"  # nobody's; subject, content: the item; kind; title; link; topics: skill keys
ASSET_DOWNLOADED = "asset_downloaded"  # subject, content: the item; title
