"""Mails a day of a sending domain, and of the whole workspace."""

import django.core.validators
from django.db import migrations, models

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("outreach", "0023_automation_by_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="sendingdomain",
            name="daily_cap",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Of all mailboxes of the domain together, by the workspace's clock; empty: any number.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(1000000),
                ],
                verbose_name="mails a day",
            ),
        ),
        migrations.AddField(
            model_name="sendingpolicy",
            name="mails_per_day",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Of all mailboxes together, by the workspace's clock; empty: any number.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(1000000),
                ],
            ),
        ),
        Fence("SendingDomain"),
        Fence("SendingPolicy"),
    ]
