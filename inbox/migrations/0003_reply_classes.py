"""What a reply means, and who corrected it."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence

CLASSES = [
    ("interested", "Interested"),
    ("not_now", "Not now"),
    ("not_interested", "Not interested"),
    ("referral", "Names somebody else"),
    ("question", "Asks something"),
    ("out_of_office", "Out of office"),
    ("unsubscribe", "Wants no more mail"),
    ("bounce", "Bounced"),
]


class Migration(AtOnce):
    dependencies = [
        ("inbox", "0002_text_messages"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="reply_class",
            field=models.CharField(blank=True, choices=CLASSES, help_text="What it means for us.", max_length=16),
        ),
        migrations.AddField(
            model_name="message",
            name="classed_by",
            field=models.CharField(blank=True, help_text="The colleague who corrected that.", max_length=120),
        ),
        migrations.AlterField(
            model_name="thread",
            name="channel",
            field=models.CharField(
                choices=[("email", "E-mail"), ("text", "Text message")], default="email", max_length=8
            ),
        ),
        Fence("Message"),
    ]
