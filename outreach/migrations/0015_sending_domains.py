"""Domains that mails come from: the keys that sign, and what the DNS says."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0014_leases_of_what_was_accepted"),
    ]

    operations = [
        migrations.CreateModel(
            name="SendingDomain",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("domain", models.CharField(max_length=190)),
                ("selector", models.CharField(max_length=63)),
                ("public_key", models.TextField(editable=False)),
                ("sealed_private_key", models.TextField(editable=False)),
                (
                    "published_at",
                    models.DateTimeField(blank=True, help_text="When its key was first seen in the DNS.", null=True),
                ),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("findings", models.JSONField(blank=True, default=list)),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "ordering": ["domain"],
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant", "checked_at"], name="sending_domain_by_check")],
                "constraints": [models.UniqueConstraint(fields=("tenant", "domain"), name="sending_domain_once")],
            },
        ),
        Fence("SendingDomain"),
    ]
