"""Who writes a single step of a sequence; mails that wait because their sender left."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0024_caps_together"),
    ]

    operations = [
        migrations.AddField(
            model_name="sequencestep",
            name="sender",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True,
                help_text="Who writes this mail instead of whoever writes the sequence.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="crm.member",
            ),
        ),
        migrations.AlterField(
            model_name="outboundmessage",
            name="held_for",
            field=models.CharField(
                blank=True,
                choices=[
                    ("sequence", "Its sequence or broadcast is paused"),
                    ("late", "It was due while nothing could be sent"),
                    ("by_hand", "A colleague holds it"),
                    ("review", "A colleague reads it first"),
                    ("left", "Its sender left the team"),
                ],
                max_length=8,
            ),
        ),
        Fence("SequenceStep"),
    ]
