"""What sequences and broadcasts had planned before there were priorities gets theirs."""

from django.db import migrations

from crm.tenancy.at_once import AtOnce


class Migration(AtOnce):
    dependencies = [("outreach", "0018_grants_and_priorities")]

    operations = [
        migrations.RunSQL(
            "UPDATE outreach_outboundmessage SET priority = CASE purpose WHEN 'broadcast' THEN 3 ELSE 2 END "
            "WHERE purpose IN ('sequence_step', 'broadcast') AND state = 'planned'",
            migrations.RunSQL.noop,
        )
    ]
