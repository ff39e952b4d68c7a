"""What is planned follows more than a status in the background: priority, mailbox and version as well."""

import django.contrib.postgres.fields
from django.db import migrations, models

from crm.tenancy.at_once import AtOnce

SINCE = "Since when what is planned is being brought in line."
KINDS = [("status", "Status"), ("priority", "Priority"), ("mailbox", "Mailbox"), ("version", "Version")]


def fields(model: str) -> list[migrations.operations.base.Operation]:
    return [
        migrations.AddField(
            model_name=model,
            name="following",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=KINDS, max_length=8),
                blank=True,
                default=list,
                editable=False,
                help_text="With what it is brought in line.",
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name=model,
            name="following_since",
            field=models.DateTimeField(blank=True, editable=False, help_text=SINCE, null=True),
        ),
    ]


class Migration(AtOnce):
    dependencies = [
        ("outreach", "0031_followers_of_a_status"),
    ]

    operations = [*fields("broadcast"), *fields("sequence")]
