"""What it took to judge everybody by a segment the last time."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("talent", "0019_placements"),
    ]

    operations = [
        migrations.AddField(
            model_name="segment",
            name="refresh_ms",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        Fence("Segment"),
    ]
