"""How far the filling of a demo tenant has come, so that its pages can say so."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce


class Migration(AtOnce):
    dependencies = [("crm", "0002_member_activity")]

    operations = [
        migrations.AddField(
            "tenant",
            "filling",
            models.CharField(
                blank=True,
                choices=[("founded", "Founded"), ("running", "Running")],
                default="",
                editable=False,
                max_length=8,
            ),
        ),
    ]
