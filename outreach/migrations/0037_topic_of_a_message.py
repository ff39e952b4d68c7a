"""What a message was about when it left: its plan may be about something else later."""

import django.db.models.deletion
from django.db import migrations

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence

# Of those that left before, nobody knows better than what their plan is about now.
AS_NOW = """
UPDATE outreach_outboundmessage m SET topic_id = s.topic_id
  FROM outreach_enrolment e JOIN outreach_sequence s ON s.id = e.sequence_id
  WHERE e.id = m.enrolment_id AND m.handed_over_at IS NOT NULL AND s.topic_id IS NOT NULL;
UPDATE outreach_outboundmessage m SET topic_id = b.topic_id
  FROM outreach_broadcast b
  WHERE b.id = m.broadcast_id AND m.handed_over_at IS NOT NULL AND b.topic_id IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED
"""


class Migration(AtOnce):
    dependencies = [("outreach", "0036_conversations_of_providers")]

    operations = [
        migrations.AddField(
            model_name="outboundmessage",
            name="topic",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True,
                db_index=False,
                help_text="What it was about when it left.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="outreach.topic",
            ),
        ),
        migrations.RunSQL(AS_NOW, migrations.RunSQL.noop),
        Fence("OutboundMessage", dispatch_columns=("tenant_id", "id", "state", "is_held", "due_at", "lease_until")),
    ]
