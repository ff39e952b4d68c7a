"""A ledger of consents, bans by scope and channel, companies that are off limits."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import APPEND_ONLY, Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0003_demo_filling"),
        ("talent", "0008_bulk_operations"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("contact", "Write about jobs"),
                            ("news", "Send news and invitations"),
                            ("store", "Keep the profile"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("email", "E-mail"),
                            ("phone", "Phone call"),
                            ("text", "Text message"),
                            ("linkedin", "LinkedIn"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("given", "Given"), ("withdrawn", "Withdrawn"), ("refused", "Refused")], max_length=10
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("form", "Form"),
                            ("paper", "On paper"),
                            ("event", "Signature at an event"),
                            ("import", "Claimed by an import"),
                            ("portal", "On their own page"),
                            ("reply", "In a reply"),
                            ("spoken", "Spoken, noted by a colleague"),
                            ("unsubscribe", "Unsubscribe link"),
                            ("merge", "Merged with another record"),
                        ],
                        max_length=12,
                    ),
                ),
                ("recorded_by", models.CharField(max_length=120)),
                ("evidence", models.CharField(blank=True, help_text="Where the proof is, in words.", max_length=300)),
                ("occurred_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at", None),
                            models.Q(("expires_at__gt", models.F("occurred_at")), ("state", "given")),
                            _connector="OR",
                        ),
                        name="consent_expires_later",
                    )
                ],
                "ordering": ["-occurred_at", "-id"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ConsentWording",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("contact", "Write about jobs"),
                            ("news", "Send news and invitations"),
                            ("store", "Keep the profile"),
                        ],
                        max_length=12,
                    ),
                ),
                ("language", models.CharField(default="en", help_text="ISO 639-1.", max_length=8)),
                ("version", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("written_by", models.CharField(max_length=120)),
            ],
            options={
                "ordering": ["purpose", "language", "-version"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ContactException",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("reason", models.CharField(max_length=300)),
                ("granted_by", models.CharField(max_length=120)),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-until"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="OffLimitsCompany",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("kind", models.CharField(choices=[("company", "Company"), ("domain", "Mail domain")], max_length=8)),
                ("value", models.CharField(max_length=200)),
                ("normal", models.CharField(editable=False, max_length=200)),
                ("reason", models.CharField(max_length=300)),
                ("added_by", models.CharField(max_length=120)),
                (
                    "until",
                    models.DateTimeField(blank=True, help_text="When it ends by itself; empty: never.", null=True),
                ),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_by", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "verbose_name_plural": "off-limits companies",
                "ordering": ["kind", "value"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="PurposeBasis",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("contact", "Write about jobs"),
                            ("news", "Send news and invitations"),
                            ("store", "Keep the profile"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("consent", "Consent"),
                            ("legitimate_interest", "Legitimate interest"),
                            ("contract", "Contract, or steps before one"),
                            ("legal_obligation", "Legal obligation"),
                        ],
                        default="legitimate_interest",
                        max_length=20,
                    ),
                ),
                (
                    "valid_months",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="How long a consent holds; empty: until it is withdrawn.", null=True
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.RemoveConstraint(
            model_name="contactban",
            name="contact_ban_once",
        ),
        migrations.AddField(
            model_name="contactban",
            name="banned_by",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="contactban",
            name="channel",
            field=models.CharField(
                blank=True,
                choices=[
                    ("email", "E-mail"),
                    ("phone", "Phone call"),
                    ("text", "Text message"),
                    ("linkedin", "LinkedIn"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="contactban",
            name="lifted_by",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="contactban",
            name="scope",
            field=models.CharField(
                choices=[
                    ("all", "All contact"),
                    ("marketing", "Sequences and mailings only"),
                    ("channel", "One channel"),
                ],
                default="all",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="contactban",
            name="until",
            field=models.DateTimeField(blank=True, help_text="When it ends by itself; empty: never.", null=True),
        ),
        migrations.AddConstraint(
            model_name="contactban",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at", None)),
                fields=("tenant", "candidate", "reason", "scope", "channel", "until"),
                name="contact_ban_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="contactban",
            constraint=models.CheckConstraint(
                condition=models.Q(("scope", "channel"), ("channel", ""), _connector="XOR"),
                name="contact_ban_names_its_channel",
            ),
        ),
        migrations.AddField(
            model_name="consentrecord",
            name="candidate",
            field=crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.DO_NOTHING, related_name="consents", to="talent.candidate"
            ),
        ),
        migrations.AddField(
            model_name="consentrecord",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddField(
            model_name="consentwording",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddField(
            model_name="consentrecord",
            name="wording",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="records",
                to="talent.consentwording",
            ),
        ),
        migrations.AddField(
            model_name="contactexception",
            name="candidate",
            field=crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="contact_exceptions", to="talent.candidate"
            ),
        ),
        migrations.AddField(
            model_name="contactexception",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddField(
            model_name="offlimitscompany",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddField(
            model_name="purposebasis",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddConstraint(
            model_name="consentwording",
            constraint=models.UniqueConstraint(
                fields=("tenant", "purpose", "language", "version"), name="consent_wording_version_once"
            ),
        ),
        migrations.AddIndex(
            model_name="consentrecord",
            index=models.Index(
                fields=["tenant", "candidate", "purpose", "channel", "-occurred_at", "-id"], name="consent_by_person"
            ),
        ),
        migrations.AddIndex(
            model_name="consentrecord",
            index=models.Index(
                condition=models.Q(("expires_at__isnull", False)),
                fields=["tenant", "purpose", "expires_at", "candidate"],
                name="consent_by_expiry",
            ),
        ),
        migrations.AddIndex(
            model_name="consentrecord",
            index=models.Index(fields=["tenant", "purpose", "state", "candidate"], name="consent_by_state"),
        ),
        migrations.AddIndex(
            model_name="contactexception",
            index=models.Index(fields=["tenant", "candidate", "until"], name="contact_exception_by_person"),
        ),
        migrations.AddConstraint(
            model_name="offlimitscompany",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at", None)), fields=("tenant", "kind", "normal"), name="off_limits_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="purposebasis",
            constraint=models.UniqueConstraint(fields=("tenant", "purpose"), name="purpose_basis_once"),
        ),
        # The ledger is append-only for the app role, so the database itself lets its rows go with the person.
        migrations.RunSQL(
            """
            ALTER TABLE talent_consentrecord
              ADD CONSTRAINT talent_consentrecord_tenant_id_key UNIQUE (tenant_id, id),
              ADD CONSTRAINT talent_consentrecord_candidate_id_tenant_fk FOREIGN KEY (tenant_id, candidate_id)
              REFERENCES talent_candidate (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            """
            CREATE INDEX candidate_by_company ON talent_candidate (tenant_id, app.plain(current_company), id);
            CREATE INDEX contact_point_by_domain ON talent_contactpoint (tenant_id, split_part(normal, '@', 2))
              WHERE kind = 'email';
            """,
            "DROP INDEX candidate_by_company; DROP INDEX contact_point_by_domain",
        ),
        Fence("ConsentWording", grants=APPEND_ONLY),
        Fence("ConsentRecord", grants=APPEND_ONLY),
        Fence("PurposeBasis"),
        Fence("OffLimitsCompany"),
        Fence("ContactException"),
        Fence("ContactBan"),
    ]
