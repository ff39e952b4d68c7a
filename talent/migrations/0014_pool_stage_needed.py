"""Everybody in a pool stands in one of its stages; the old word goes."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence, Unfence


class Migration(AtOnce):
    dependencies = [("talent", "0013_pool_stage_rows")]

    operations = [
        Unfence("PoolMembership"),
        migrations.RemoveField("poolmembership", "word"),
        migrations.AlterField(
            "poolmembership",
            "stage",
            crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.RESTRICT, related_name="memberships", to="talent.poolstage"
            ),
        ),
        migrations.AlterField(
            "poolmembership", "moved_at", models.DateTimeField(help_text="When the person came into this stage.")
        ),
        Fence("PoolMembership"),
    ]
