"""What rules can ask about the portal and what is published: plugged into talent's filter language by the wiring.

Nobody registers for an event here, or is seen at one: there is an article about it, and where people came from.
"""

from __future__ import annotations

from portal import events
from portal.choices import ContentKind
from portal.models import ContentItem
from talent.filters.catalogue import Choice, Field
from talent.filters.options import MAX_CHOICES
from talent.filters.phrases import choice
from talent.filters.relation_fields import mail_events as happened

GROUP = "Portal"


def _files() -> list[Choice]:
    """What can be downloaded, or could be."""
    rows = ContentItem.objects.filter(kind=ContentKind.ASSET).order_by("title", "pk")
    return [Choice(str(pk), title) for pk, title in rows.values_list("pk", "title")[:MAX_CHOICES]]


def _often(name: str, label: str, did: str, did_not: str, kind: str) -> Field:
    """`did` as in “who visited the portal”, `did_not` as in “who did not visit the portal”."""
    says = {
        "at_least": f"{did} at least {{times}} in the last {{days}}",
        "at_most": f"{did} at most {{times}} in the last {{days}}",
        "exactly": f"{did} exactly {{times}} in the last {{days}}",
        "none_in_last": f"{did_not} in the last {{days}}",
    }
    return Field(name, label, "events", says, rows=happened(kind), unit="time", group=GROUP)


PORTAL_FIELDS = (
    _often(
        "portal_invited",
        "Invitations to the portal",
        "who were invited to the portal",
        "who were not invited to the portal",
        events.PORTAL_INVITED,
    ),
    _often(
        "portal_visited",
        "Visits to the portal",
        "who visited the portal",
        "who did not visit the portal",
        events.PORTAL_VISITED,
    ),
    _often(
        "portal_edited",
        "Changes of their own profile",
        "who changed their profile",
        "who did not change their profile",
        events.PROFILE_EDITED,
    ),
    _often(
        "downloads",
        "Downloads",
        "who downloaded something",
        "who downloaded nothing",
        events.ASSET_DOWNLOADED,
    ),
    Field(
        "downloaded",
        "Downloaded",
        "choice",
        choice(
            "who downloaded {quoted or}",
            "who did not download {quoted or}",
            "who never downloaded anything",
            "who downloaded something",
            "who downloaded {quoted and}",
        ),
        rows=happened(events.ASSET_DOWNLOADED),
        column="subject_id",
        choices=_files,
        ids=True,
        group=GROUP,
    ),
)
