"""How strictly a company is off limits, and whether for whoever worked there before too."""

from __future__ import annotations

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("talent", "0020_segment_cost"),
    ]

    operations = [
        migrations.AddField(
            model_name="offlimitscompany",
            name="also_past",
            field=models.BooleanField(default=False, help_text="Also whoever worked there before."),
        ),
        migrations.AddField(
            model_name="offlimitscompany",
            name="strength",
            field=models.CharField(
                choices=[("block", "Nobody writes to them"), ("warn", "Warn before writing")],
                default="block",
                max_length=5,
            ),
        ),
        Fence("OffLimitsCompany"),
    ]
