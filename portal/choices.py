"""Words of the portal that the database keeps."""

from __future__ import annotations

from django.db import models


class LinkKind(models.TextChoices):
    """How somebody came by a link to their profile."""

    REQUESTED = "requested", "Asked for by the person"
    INVITED = "invited", "Sent by a colleague"


class ContentKind(models.TextChoices):
    """What a piece of content is."""

    POST = "post", "Article"
    ASSET = "asset", "Download"
    NEWS = "news", "News"
    EVENT = "event", "Event"
