"""What the maker of a connected mailbox lets us do."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [("outreach", "0037_topic_of_a_message")]

    operations = [
        migrations.AddField(
            model_name="mailbox",
            name="granted",
            field=models.CharField(
                blank=True,
                default="",
                editable=False,
                help_text="What its maker lets us do, by OAuth scope; empty: unknown.",
                max_length=1000,
            ),
            preserve_default=False,
        ),
        Fence("Mailbox"),
    ]
