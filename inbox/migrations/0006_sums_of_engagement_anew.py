"""Replies that a colleague has corrected count no more: everybody is summed up anew, in the background."""

from django.db import migrations

from crm.tenancy.at_once import AtOnce


class Migration(AtOnce):
    dependencies = [("inbox", "0005_meetings"), ("talent", "0033_marked_words")]

    operations = [
        migrations.RunSQL(
            "UPDATE talent_engagementprogress SET after = NULL, finished_at = NULL", migrations.RunSQL.noop
        )
    ]
