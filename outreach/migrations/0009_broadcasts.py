"""Broadcasts, their audiences and topics, and when a second person approves one."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0008_ways_to_send"),
        ("talent", "0028_narrower_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="BroadcastRecipient",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("source_name", models.CharField(blank=True, help_text="As it was called then.", max_length=120)),
                ("is_planned", models.BooleanField(default=False, help_text="There is a row for them in the ledger.")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("name", models.CharField(max_length=80)),
                (
                    "description",
                    models.CharField(blank=True, help_text="Candidates read it on their own page.", max_length=200),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("contact", "Write about jobs"),
                            ("news", "Send news and invitations"),
                            ("store", "Keep the profile"),
                        ],
                        default="news",
                        max_length=12,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("is_archived", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["position", "name"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="sendingpolicy",
            name="approval_for_broad",
            field=models.BooleanField(default=True, verbose_name="a second person for an audience of anybody"),
        ),
        migrations.AddField(
            model_name="sendingpolicy",
            name="approval_people",
            field=models.PositiveIntegerField(
                default=250,
                help_text="A second person approves larger broadcasts.",
                validators=[django.core.validators.MaxValueValidator(1000000)],
            ),
        ),
        migrations.AddField(
            model_name="sendingpolicy",
            name="approval_percent",
            field=models.PositiveSmallIntegerField(
                default=25,
                help_text="Of everybody in the workspace.",
                validators=[django.core.validators.MaxValueValidator(100)],
            ),
        ),
        migrations.AlterField(
            model_name="outboundmessage",
            name="excluded_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unknown_person", "No longer in the workspace"),
                    ("no_address", "No e-mail address"),
                    ("bounced_address", "The address bounced"),
                    ("banned", "Must not be contacted"),
                    ("no_consent", "No consent"),
                    ("off_limits", "Their company is off limits"),
                    ("already_sent", "Already has this message"),
                    ("already_enrolled", "Already in this sequence"),
                    ("replied", "They replied"),
                    ("enrolment_over", "The enrolment ended"),
                    ("person_paused", "Outreach to them is paused"),
                    ("enrolment_paused", "Their sequence waits"),
                    ("sending_stopped", "All sending is stopped"),
                    ("sequence_paused", "The sequence is not active"),
                    ("in_conversation", "In conversation with a colleague"),
                    ("applied", "Their application is open"),
                    ("other_sequence", "In another sequence"),
                    ("too_much_contact", "Heard from us too recently"),
                    ("sender_spacing", "A colleague wrote to them lately"),
                    ("mailbox_stopped", "The mailbox is stopped"),
                    ("quiet_hours", "Outside the hours they asked for"),
                    ("blank_tag", "A merge tag would be blank"),
                    ("template_broken", "The text cannot be rendered"),
                    ("step_gone", "The step was removed"),
                    ("cancelled", "Cancelled by a colleague"),
                    ("topic_off", "They do not want this topic"),
                    ("too_often", "More often than they asked for"),
                    ("broadcast_paused", "The broadcast is paused"),
                    ("broadcast_over", "The broadcast is over"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="outboundmessage",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("sequence_step", "Step of a sequence"),
                    ("one_off", "Single message"),
                    ("broadcast", "Broadcast"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="outboundmessage",
            name="put_off_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unknown_person", "No longer in the workspace"),
                    ("no_address", "No e-mail address"),
                    ("bounced_address", "The address bounced"),
                    ("banned", "Must not be contacted"),
                    ("no_consent", "No consent"),
                    ("off_limits", "Their company is off limits"),
                    ("already_sent", "Already has this message"),
                    ("already_enrolled", "Already in this sequence"),
                    ("replied", "They replied"),
                    ("enrolment_over", "The enrolment ended"),
                    ("person_paused", "Outreach to them is paused"),
                    ("enrolment_paused", "Their sequence waits"),
                    ("sending_stopped", "All sending is stopped"),
                    ("sequence_paused", "The sequence is not active"),
                    ("in_conversation", "In conversation with a colleague"),
                    ("applied", "Their application is open"),
                    ("other_sequence", "In another sequence"),
                    ("too_much_contact", "Heard from us too recently"),
                    ("sender_spacing", "A colleague wrote to them lately"),
                    ("mailbox_stopped", "The mailbox is stopped"),
                    ("quiet_hours", "Outside the hours they asked for"),
                    ("blank_tag", "A merge tag would be blank"),
                    ("template_broken", "The text cannot be rendered"),
                    ("step_gone", "The step was removed"),
                    ("cancelled", "Cancelled by a colleague"),
                    ("topic_off", "They do not want this topic"),
                    ("too_often", "More often than they asked for"),
                    ("broadcast_paused", "The broadcast is paused"),
                    ("broadcast_over", "The broadcast is over"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Broadcast",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("waiting", "Waits for approval"),
                            ("running", "Going out"),
                            ("paused", "Paused"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=300)),
                ("body", models.TextField(blank=True, max_length=20000)),
                (
                    "sender_name",
                    models.CharField(blank=True, help_text="Shown as sender; empty: the colleague's.", max_length=120),
                ),
                (
                    "time",
                    models.CharField(
                        choices=[
                            ("at_once", "As soon as it may go"),
                            ("at", "At one moment, everybody"),
                            ("morning", "In the morning of a day, where each person lives"),
                        ],
                        default="at_once",
                        max_length=8,
                        verbose_name="when",
                    ),
                ),
                ("goes_at", models.DateTimeField(blank=True, null=True)),
                (
                    "days_open",
                    models.PositiveSmallIntegerField(
                        default=7,
                        help_text="Then it is no longer news.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                    ),
                ),
                ("tracks_opens", models.BooleanField(default=True, verbose_name="count opens")),
                ("tracks_clicks", models.BooleanField(default=True, verbose_name="count clicks")),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("frozen_at", models.DateTimeField(blank=True, null=True)),
                ("people", models.PositiveIntegerField(default=0, help_text="The audience when it was frozen.")),
                (
                    "asked_for",
                    models.JSONField(
                        blank=True, default=list, help_text="Sentences: why a second person must approve."
                    ),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("sent_back_words", models.CharField(blank=True, max_length=300)),
                (
                    "approved_by",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm.member",
                    ),
                ),
                (
                    "created_by",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm.member",
                    ),
                ),
                (
                    "mailbox",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.mailbox",
                    ),
                ),
                (
                    "sender",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm.member",
                    ),
                ),
                (
                    "submitted_by",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm.member",
                    ),
                ),
                (
                    "template",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="outreach.messagetemplate",
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="AudienceSource",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("is_excluded", models.BooleanField(default=False)),
                (
                    "pool",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="talent.talentpool",
                    ),
                ),
                (
                    "segment",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="talent.segment",
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
                (
                    "broadcast",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sources", to="outreach.broadcast"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="outboundmessage",
            name="broadcast",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="outreach.broadcast",
            ),
        ),
        migrations.AddIndex(
            model_name="outboundmessage",
            index=models.Index(
                condition=models.Q(("broadcast__isnull", False)),
                fields=["tenant", "broadcast", "state"],
                name="outbound_by_broadcast",
            ),
        ),
        migrations.AddField(
            model_name="broadcastrecipient",
            name="broadcast",
            field=crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="recipients", to="outreach.broadcast"
            ),
        ),
        migrations.AddField(
            model_name="broadcastrecipient",
            name="candidate",
            field=crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="talent.candidate"
            ),
        ),
        migrations.AddField(
            model_name="broadcastrecipient",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddField(
            model_name="topic",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddField(
            model_name="broadcast",
            name="topic",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="broadcasts",
                to="outreach.topic",
            ),
        ),
        migrations.AddConstraint(
            model_name="audiencesource",
            constraint=models.UniqueConstraint(
                fields=("tenant", "broadcast", "segment", "pool"), name="audience_source_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="audiencesource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("pool__isnull", False), ("segment", None)),
                    models.Q(("pool", None), ("segment__isnull", False)),
                    _connector="OR",
                ),
                name="audience_source_is_one",
            ),
        ),
        migrations.AddIndex(
            model_name="broadcastrecipient",
            index=models.Index(fields=["tenant", "candidate"], name="recipient_by_person"),
        ),
        migrations.AddIndex(
            model_name="broadcastrecipient",
            index=models.Index(
                condition=models.Q(("is_planned", False)),
                fields=["tenant", "broadcast", "id"],
                name="recipient_to_plan",
            ),
        ),
        migrations.AddConstraint(
            model_name="broadcastrecipient",
            constraint=models.UniqueConstraint(
                fields=("tenant", "broadcast", "candidate"), name="broadcast_recipient_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="topic",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="topic_name_once"),
        ),
        migrations.AddConstraint(
            model_name="broadcast",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="broadcast_name_once"),
        ),
        migrations.AddConstraint(
            model_name="broadcast",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("submitted_by")), _negated=True),
                    _connector="OR",
                ),
                name="broadcast_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="broadcast",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("started_at", None),
                    models.Q(("frozen_at__isnull", False), ("goes_at__isnull", False)),
                    _connector="OR",
                ),
                name="broadcast_started_when_frozen",
            ),
        ),
        Fence("Topic"),
        Fence("Broadcast", dispatch_columns=("tenant_id", "id", "started_at")),
        Fence("AudienceSource"),
        Fence("BroadcastRecipient", dispatch_columns=("tenant_id", "broadcast_id", "is_planned")),
        Fence("SendingPolicy"),
        Fence("OutboundMessage", dispatch_columns=("tenant_id", "id", "state", "is_held", "due_at", "lease_until")),
    ]
