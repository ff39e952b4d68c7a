"""Sequences that are done with leave the list, and what they did stays."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [("outreach", "0038_what_makers_grant")]

    operations = [
        migrations.AddField(
            model_name="sequence",
            name="archived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="sequence",
            constraint=models.CheckConstraint(
                condition=models.Q(archived_at=None) | ~models.Q(status="active"), name="sequence_archived_is_still"
            ),
        ),
        Fence("Sequence", dispatch_columns=("tenant_id", "id", "following_since")),
    ]
