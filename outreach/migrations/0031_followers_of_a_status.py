"""What is planned follows the status of its sequence or broadcast in the background: since when, and how far."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence

SINCE = "Since when what is planned is held, let go or ended."
TO = "The person whose messages followed last."


def fields(model: str) -> list[migrations.AddField]:
    return [
        migrations.AddField(
            model_name=model,
            name="following_since",
            field=models.DateTimeField(blank=True, editable=False, help_text=SINCE, null=True),
        ),
        migrations.AddField(
            model_name=model,
            name="followed_to",
            field=models.UUIDField(blank=True, editable=False, help_text=TO, null=True),
        ),
    ]


class Migration(AtOnce):
    dependencies = [
        ("outreach", "0030_audiences_frozen_in_background"),
    ]

    operations = [
        *fields("broadcast"),
        *fields("sequence"),
        Fence("Broadcast", dispatch_columns=("tenant_id", "id", "started_at", "freezing_at", "following_since")),
        Fence("Sequence", dispatch_columns=("tenant_id", "id", "following_since")),
    ]
