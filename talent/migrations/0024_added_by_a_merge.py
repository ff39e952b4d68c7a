"""A merge may add a row, which its undo takes away again."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce


class Migration(AtOnce):
    dependencies = [
        ("talent", "0023_job_process"),
    ]

    operations = [
        migrations.AlterField(
            model_name="mergejournalentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("moved", "Moved"),
                    ("changed", "Changed"),
                    ("dropped", "Dropped"),
                    ("added", "Added"),
                    ("handed", "Handed over"),
                ],
                max_length=8,
            ),
        ),
    ]
