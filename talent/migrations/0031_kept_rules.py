"""Rules too long for an address are kept under a short key."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("talent", "0030_bans_that_end"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("digest", models.CharField(max_length=22)),
                ("text", models.TextField()),
                ("used_at", models.DateTimeField()),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant", "used_at"], name="kept_rule_by_use")],
                "constraints": [models.UniqueConstraint(fields=["tenant", "digest"], name="kept_rule_once")],
            },
        ),
        Fence("KeptRule"),
    ]
