"""Signs of life of the scheduler and the workers; a directory table without people in it."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """The last time a named part of the system was seen at work."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
