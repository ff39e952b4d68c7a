"""Going through a sequence again, ways out of it, goals, and what webhook steps tell other systems."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0012_reports_of_providers"),
    ]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="goal_reached_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="round",
            field=models.PositiveSmallIntegerField(default=1, help_text="Which time they go through it."),
        ),
        migrations.AddField(
            model_name="sequence",
            name="exits_on_leaving",
            field=models.BooleanField(default=False, verbose_name="end when they leave the segment they came from"),
        ),
        migrations.AddField(
            model_name="sequence",
            name="re_entry",
            field=models.CharField(
                choices=[("never", "Never"), ("after", "After some days"), ("always", "Always")],
                default="never",
                max_length=6,
                verbose_name="may they go through it again",
            ),
        ),
        migrations.AddField(
            model_name="sequence",
            name="re_entry_days",
            field=models.PositiveSmallIntegerField(
                default=180,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(3650),
                ],
                verbose_name="days before",
            ),
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="stop_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("replied", "They replied"),
                    ("unsubscribed", "They unsubscribed"),
                    ("bounced", "Their address bounced"),
                    ("complained", "They reported our mail as spam"),
                    ("refused", "Their mail server refused the mail"),
                    ("by_hand", "A colleague stopped it"),
                    ("excluded", "They may no longer be contacted"),
                    ("step_gone", "The step was removed"),
                    ("not_now", "They said: not now"),
                    ("left_segment", "They left the segment"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="sequencestep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("email", "E-mail"),
                    ("call", "Call"),
                    ("linkedin", "LinkedIn message"),
                    ("task", "Task"),
                    ("wait", "Wait"),
                    ("wait_until", "Wait until"),
                    ("branch", "Branch"),
                    ("update", "Update the person"),
                    ("notify", "Tell a colleague"),
                    ("goal", "Goal"),
                    ("webhook", "Webhook"),
                    ("end", "End"),
                ],
                default="email",
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="WebhookCall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("url", models.URLField(max_length=500)),
                ("body", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("delivered", "Delivered"), ("failed", "Failed")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("next_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("answer", models.CharField(blank=True, help_text="What the last try met with.", max_length=300)),
                (
                    "enrolment",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="webhook_calls",
                        to="outreach.enrolment",
                    ),
                ),
                (
                    "step",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="outreach.sequencestep",
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
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["next_at", "tenant"], name="webhook_call_due"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "enrolment", "step"), name="webhook_call_once")
                ],
            },
        ),
        Fence("WebhookCall", dispatch_columns=("tenant_id", "state", "next_at")),
    ]
