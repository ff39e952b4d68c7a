"""What sequences and broadcasts had planned before there were priorities gets theirs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("outreach", "0018_grants_and_priorities")]

    operations = [
        migrations.RunSQL(
            "UPDATE outreach_outboundmessage SET priority = CASE purpose WHEN 'broadcast' THEN 3 ELSE 2 END "
            "WHERE purpose IN ('sequence_step', 'broadcast') AND state = 'planned'",
            migrations.RunSQL.noop,
        )
    ]
