"""Bans that end by themselves are found by when they do."""

from django.db import migrations, models
from django.db.models import Q

from crm.tenancy.at_once import AtOnce


class Migration(AtOnce):
    dependencies = [("talent", "0029_touchpoints")]

    operations = [
        migrations.AddIndex(
            "contactban",
            models.Index(
                fields=["tenant", "until"], condition=Q(until__isnull=False, lifted_at=None), name="contact_ban_by_end"
            ),
        ),
    ]
