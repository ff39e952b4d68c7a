"""What an answer by text message means, and who corrected it."""

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
        ("inbox", "0003_reply_classes"),
    ]

    operations = [
        migrations.AddField(
            model_name="textmessage",
            name="reply_class",
            field=models.CharField(blank=True, choices=CLASSES, help_text="What it means for us.", max_length=16),
        ),
        migrations.AddField(
            model_name="textmessage",
            name="classed_by",
            field=models.CharField(blank=True, help_text="The colleague who corrected that.", max_length=120),
        ),
        Fence("TextMessage"),
    ]
