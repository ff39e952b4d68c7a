"""A custom text field asks for a form, not for a regular expression."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce


class Migration(AtOnce):
    dependencies = [
        ("talent", "0015_tasks"),
    ]

    operations = [
        migrations.AlterField(
            model_name="fielddefinition",
            name="pattern",
            field=models.CharField(
                blank=True,
                help_text="9 stands for a digit, A for a letter, * for either; all else for itself.",
                max_length=200,
            ),
        ),
    ]
