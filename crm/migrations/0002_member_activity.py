"""When a member was last here; and operators may count parked events."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [("crm", "0001_floor")]

    operations = [
        migrations.AddField("member", "last_active_on", models.DateField(editable=False, null=True)),
        Fence("ReaderFailure", dispatch_columns=("tenant_id", "resolved_at")),
    ]
