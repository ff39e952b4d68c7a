"""Whether somebody switched counting off themselves."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("outreach", "0025_sender_of_a_step"),
    ]

    operations = [
        migrations.AddField(
            model_name="uncounted",
            name="is_own_word",
            field=models.BooleanField(default=False, help_text="They said it themselves: no colleague takes it back."),
        ),
        Fence("Uncounted"),
    ]
