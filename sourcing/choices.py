"""Words of the ways in that the database keeps."""

from __future__ import annotations

from django.db import models


class BatchKind(models.TextChoices):
    """What a batch brings."""

    TABLE = "table", "Table"
    RESUMES = "resumes", "Résumés"


class BatchState(models.TextChoices):
    """How far a batch is. A batch of résumés is `running` until it is closed by itself."""

    UPLOADED = "uploaded", "Columns to check"
    CHECKED = "checked", "Ready to run"
    RUNNING = "running", "Running"
    FINISHED = "finished", "Finished"


class RowState(models.TextChoices):
    """What became of one row or one file."""

    WAITING = "waiting", "Waiting"
    CREATED = "created", "New person"
    UPDATED = "updated", "Added to a known person"
    UNCHANGED = "unchanged", "Nothing new"
    KEPT = "kept", "Kept, nothing read"
    REFUSED = "refused", "Could not be taken"


class Target(models.TextChoices):
    """What a column of a table may be."""

    SKIP = "", "Leave out"
    NAME = "name", "Full name"
    FIRST_NAME = "first_name", "First name"
    LAST_NAME = "last_name", "Last name"
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
    LINK = "link", "Profile or web link"
    TITLE = "title", "Job title"
    COMPANY = "company", "Company"
    HEADLINE = "headline", "Headline"
    LOCATION = "location", "Place"
    CITY = "city", "City"
    COUNTRY = "country", "Country"
    SKILLS = "skills", "Skills (several)"
    TAGS = "tags", "Tags (several)"
    NOTE = "note", "Note"
