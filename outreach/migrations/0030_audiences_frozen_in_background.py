"""Audiences are frozen in the background: how far, and never half of one in a broadcast that waits or goes."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0029_fewer_indexes_on_the_ledger"),
    ]

    operations = [
        migrations.AddField(
            model_name="broadcast",
            name="expected",
            field=models.PositiveIntegerField(default=0, help_text="How many may be in the audience at most."),
        ),
        migrations.AddField(
            model_name="broadcast",
            name="freezing_at",
            field=models.DateTimeField(blank=True, help_text="Since when its audience is being frozen.", null=True),
        ),
        migrations.AddField(
            model_name="broadcast",
            name="frozen_to",
            field=models.UUIDField(blank=True, help_text="Who was looked at last, in the order of keys.", null=True),
        ),
        migrations.AlterField(
            model_name="broadcast",
            name="people",
            field=models.PositiveIntegerField(default=0, help_text="The audience, as far as it is frozen."),
        ),
        migrations.AlterField(
            model_name="broadcast",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("freezing", "Writes down its audience"),
                    ("waiting", "Waits for approval"),
                    ("running", "Going out"),
                    ("paused", "Paused"),
                    ("cancelled", "Cancelled"),
                ],
                default="draft",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="broadcast",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["draft", "freezing"]), ("frozen_at__isnull", False), _connector="OR"
                ),
                name="broadcast_waits_with_a_whole_audience",
            ),
        ),
        migrations.AddConstraint(
            model_name="broadcast",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("freezing_at__isnull", False), ("status", "freezing")),
                    models.Q(models.Q(("status", "freezing"), _negated=True), ("freezing_at", None)),
                    _connector="OR",
                ),
                name="broadcast_is_frozen_since",
            ),
        ),
        Fence("Broadcast", dispatch_columns=("tenant_id", "id", "started_at", "freezing_at")),
    ]
