"""Choices about notes."""

from __future__ import annotations

from django.db import models


class NoteVisibility(models.TextChoices):
    """Who reads a note, besides its author."""

    TEAM = "team", "Everybody in the workspace"
    ME = "me", "Only me"
    CHOSEN = "chosen", "Chosen colleagues"


class Unread(models.TextChoices):
    """What happens to a mention of somebody who may not read the note."""

    GRANT = "grant", "Let them read it"
    LEAVE = "leave", "Do not tell them"
