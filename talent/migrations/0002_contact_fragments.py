"""Fragments of addresses and numbers are found by trigrams."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations
from django.db.models import F

from crm.tenancy.at_once import AtOnce


class Migration(AtOnce):
    dependencies = [("talent", "0001_talent")]

    operations = [
        migrations.AddIndex(
            "contactpoint",
            GinIndex(F("tenant"), OpClass(F("normal"), "gin_trgm_ops"), name="contact_point_fragment"),
        ),
    ]
