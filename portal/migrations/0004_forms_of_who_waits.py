"""A form that was filled in when every place was taken keeps one in the line."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("portal", "0003_event_requests"),
        ("talent", "0043_waiting_lists"),
    ]

    operations = [
        migrations.AddField(model_name="eventrequest", name="is_waiting", field=models.BooleanField(default=False)),
        Fence("EventRequest", dispatch_columns=("tenant_id", "id", "created_at")),
    ]
