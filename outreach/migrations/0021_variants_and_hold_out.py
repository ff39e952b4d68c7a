"""Variants of a mail, and people whom a sequence leaves alone."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0020_text_messages"),
        ("talent", "0028_narrower_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboundmessage",
            name="variant",
            field=models.CharField(blank=True, help_text="Which wording of the step they got.", max_length=1),
        ),
        migrations.AddField(
            model_name="sequence",
            name="hold_out_percent",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="So many are left alone, by chance, to see what the sequence adds. 0: none.",
                validators=[django.core.validators.MaxValueValidator(50)],
                verbose_name="control group, in percent",
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
                    ("outside_window", "Outside the hours of the sequence"),
                    ("blank_tag", "A merge tag would be blank"),
                    ("template_broken", "The text cannot be rendered"),
                    ("step_gone", "The step was removed"),
                    ("cancelled", "Cancelled by a colleague"),
                    ("hold_out", "In the control group"),
                    ("no_grant", "The mailbox is not theirs to send from"),
                    ("displaced", "Something more important goes first"),
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
                    ("outside_window", "Outside the hours of the sequence"),
                    ("blank_tag", "A merge tag would be blank"),
                    ("template_broken", "The text cannot be rendered"),
                    ("step_gone", "The step was removed"),
                    ("cancelled", "Cancelled by a colleague"),
                    ("hold_out", "In the control group"),
                    ("no_grant", "The mailbox is not theirs to send from"),
                    ("displaced", "Something more important goes first"),
                    ("topic_off", "They do not want this topic"),
                    ("too_often", "More often than they asked for"),
                    ("broadcast_paused", "The broadcast is paused"),
                    ("broadcast_over", "The broadcast is over"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="VariantTest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("step_key", models.UUIDField()),
                (
                    "least_people",
                    models.PositiveSmallIntegerField(
                        default=50,
                        validators=[
                            django.core.validators.MinValueValidator(20),
                            django.core.validators.MaxValueValidator(10000),
                        ],
                    ),
                ),
                ("is_first_paused", models.BooleanField(default=False)),
                ("chosen", models.CharField(blank=True, max_length=1)),
                ("chosen_at", models.DateTimeField(blank=True, null=True)),
                ("chosen_by", models.CharField(blank=True, max_length=120)),
                (
                    "sequence",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="variant_tests",
                        to="outreach.sequence",
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
            },
        ),
        migrations.CreateModel(
            name="StepVariant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("letter", models.CharField(max_length=1)),
                ("subject", models.CharField(max_length=300)),
                ("body", models.TextField(max_length=20000)),
                ("is_paused", models.BooleanField(default=False)),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
                (
                    "test",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="variants", to="outreach.varianttest"
                    ),
                ),
            ],
            options={
                "ordering": ["letter"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="HeldOut",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("since", models.DateTimeField(help_text="When they would have come into it.")),
                (
                    "candidate",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="talent.candidate"
                    ),
                ),
                (
                    "sequence",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="held_out", to="outreach.sequence"
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "verbose_name_plural": "held out",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant", "candidate"], name="held_out_by_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "sequence", "candidate"), name="held_out_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="varianttest",
            constraint=models.UniqueConstraint(fields=("tenant", "step_key"), name="variant_test_once"),
        ),
        migrations.AddConstraint(
            model_name="stepvariant",
            constraint=models.UniqueConstraint(fields=("tenant", "test", "letter"), name="step_variant_letter_once"),
        ),
        Fence("VariantTest"),
        Fence("StepVariant"),
        Fence("HeldOut"),
        Fence("Sequence"),
        Fence("OutboundMessage", dispatch_columns=("tenant_id", "id", "state", "is_held", "due_at", "lease_until")),
    ]
