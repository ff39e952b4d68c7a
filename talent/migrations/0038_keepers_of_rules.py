"""Kept rules know who needed them last and how long they are: one member keeps so many."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [("crm", "0006_what_members_sign_with"), ("talent", "0037_whole_names_of_fields")]

    operations = [
        migrations.AddField(
            model_name="keptrule",
            name="letters",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="keptrule",
            name="member",
            field=crm.tenancy.models.TenantForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="crm.member",
            ),
        ),
        migrations.AddIndex(
            model_name="keptrule",
            index=models.Index(fields=["tenant", "member", "-used_at"], name="kept_rule_by_member"),
        ),
        migrations.RunSQL("UPDATE talent_keptrule SET letters = length(text)", migrations.RunSQL.noop),
        Fence("KeptRule"),
    ]
