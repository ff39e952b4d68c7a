"""What a member's mails may say of them: job title, telephone number, the page to book a time on."""

import django.core.validators
from django.db import migrations, models

from crm.tenancy.at_once import AtOnce

HTTPS = django.core.validators.URLValidator(message="Write an address that begins with https://.", schemes=["https"])


class Migration(AtOnce):
    dependencies = [("crm", "0005_notifications")]

    operations = [
        migrations.AddField(
            "member", "title", models.CharField(blank=True, default="", max_length=120, verbose_name="job title")
        ),
        migrations.AddField(
            "member",
            "phone",
            models.CharField(blank=True, default="", max_length=40, verbose_name="telephone number"),
        ),
        migrations.AddField(
            "member",
            "booking_link",
            models.URLField(
                blank=True,
                default="",
                help_text="A page on which candidates choose a time with you.",
                max_length=300,
                validators=[HTTPS],
                verbose_name="booking address",
            ),
        ),
    ]
