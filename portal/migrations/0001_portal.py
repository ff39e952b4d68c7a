"""Accounts of candidates in the portal, and the links that let them in."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    initial = True

    dependencies = [
        ("crm", "0001_floor"),
        ("talent", "0001_talent"),
    ]

    operations = [
        migrations.CreateModel(
            name="PortalAccount",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_seen_at", models.DateTimeField(blank=True, null=True)),
                ("epoch", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "candidate",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="portal_accounts",
                        to="talent.candidate",
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("tenant", "candidate"), name="portal_account_once")],
            },
        ),
        migrations.CreateModel(
            name="PortalLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("requested", "Asked for by the person"), ("invited", "Sent by a colleague")],
                        max_length=12,
                    ),
                ),
                (
                    "address",
                    models.CharField(blank=True, editable=False, help_text="Where its mail goes.", max_length=320),
                ),
                ("token_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("code_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("asked_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("invited_by", models.CharField(blank=True, max_length=120)),
                ("tries", models.PositiveSmallIntegerField(default=0, help_text="Wrong codes that were entered.")),
                ("expires_at", models.DateTimeField()),
                (
                    "handled_at",
                    models.DateTimeField(blank=True, help_text="Looked up, and mailed to whom we know.", null=True),
                ),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "candidate",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="portal_links",
                        to="talent.candidate",
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "candidate", "kind"], name="portal_link_by_person"),
                    models.Index(
                        condition=models.Q(("handled_at", None), ("kind", "requested")),
                        fields=["created_at"],
                        name="portal_link_waiting",
                    ),
                    models.Index(fields=["tenant", "expires_at"], name="portal_link_by_expiry"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("token_hash", ""), _negated=True),
                        fields=("tenant", "token_hash"),
                        name="portal_link_token_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("asked_hash", ""), _negated=True),
                        fields=("tenant", "asked_hash"),
                        name="portal_link_asked_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("used_at", None), ("candidate__isnull", False), _connector="OR"),
                        name="portal_link_used_by_somebody",
                    ),
                ],
            },
        ),
        Fence("PortalAccount"),
        Fence("PortalLink", dispatch_columns=("tenant_id", "id", "kind", "created_at", "expires_at", "handled_at")),
    ]
