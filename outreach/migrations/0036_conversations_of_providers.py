"""The conversation in which a maker of mailboxes keeps a mail: an answer names it."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("outreach", "0034_rules_for_all_and_leaving"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboundmessage",
            name="provider_thread",
            field=models.CharField(
                blank=True, default="", help_text="The provider's own id of its conversation.", max_length=255
            ),
            preserve_default=False,
        ),
        Fence("OutboundMessage", dispatch_columns=("tenant_id", "id", "state", "is_held", "due_at", "lease_until")),
    ]
