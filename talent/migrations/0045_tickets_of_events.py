"""Who registers by the form of an event has a code for its door at once."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [("talent", "0044_reminders_of_events")]

    operations = [
        migrations.AddField(
            model_name="attendance",
            name="ticket",
            field=models.UUIDField(
                blank=True,
                editable=False,
                help_text="A second code of theirs: of the form filled in last, or of a record that became this one.",
                null=True,
            ),
        ),
        Fence("Attendance"),
    ]
