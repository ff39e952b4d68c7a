"""Mails may name the first line of a note that says so."""

from django.db import migrations, models
from django.db.models import Q

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [("talent", "0033_marked_words")]

    operations = [
        migrations.AddField(
            model_name="note",
            name="is_quotable",
            field=models.BooleanField(
                default=False, help_text="Mails may name its first line as what was talked about."
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=Q(is_quotable=False) | Q(visibility="team"), name="note_quotable_is_open"
            ),
        ),
        Fence("Note"),
    ]
