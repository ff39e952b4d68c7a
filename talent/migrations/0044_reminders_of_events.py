"""Who comes to an event is reminded of it the day before."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [("talent", "0043_waiting_lists")]

    operations = [
        migrations.AddField(
            model_name="recruitingevent",
            name="reminds",
            field=models.BooleanField(
                default=False,
                help_text="By mail, in the morning of the day before, by their own clock.",
                verbose_name="remind people the day before",
            ),
        ),
        migrations.AddField(
            model_name="attendance", name="reminded_at", field=models.DateTimeField(blank=True, null=True)
        ),
        Fence("RecruitingEvent"),
        Fence("Attendance"),
    ]
