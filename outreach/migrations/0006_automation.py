"""Automation rules and what they did; enrolments with a sender of their own and what they are about."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0005_steps_of_other_kinds"),
        ("talent", "0027_skills_with_country"),
    ]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="context",
            field=models.JSONField(blank=True, default=dict, help_text="Values of merge tags: what it is about."),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="sender",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="crm.member"
            ),
        ),
        migrations.CreateModel(
            name="AutomationRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("name", models.CharField(max_length=120)),
                ("trigger", models.CharField(max_length=24)),
                ("settings", models.JSONField(blank=True, default=dict)),
                ("condition", models.JSONField(blank=True, default=dict)),
                ("actions", models.JSONField(blank=True, default=list)),
                (
                    "repeat_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty: once a person.",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(3650)],
                        verbose_name="again after days",
                    ),
                ),
                ("is_active", models.BooleanField(default=False)),
                ("activated_at", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
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
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "ordering": ["name"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="RuleRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("cause", models.UUIDField()),
                ("ran_at", models.DateTimeField()),
                (
                    "words",
                    models.CharField(blank=True, help_text="What was done, and what could not be.", max_length=500),
                ),
                (
                    "candidate",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="talent.candidate"
                    ),
                ),
                (
                    "rule",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="outreach.automationrule"
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "ordering": ["-ran_at", "-pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="automationrule",
            index=models.Index(fields=["tenant", "trigger"], name="automation_rule_by_trigger"),
        ),
        migrations.AddConstraint(
            model_name="automationrule",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="automation_rule_name_once"),
        ),
        migrations.AddIndex(
            model_name="rulerun",
            index=models.Index(fields=["tenant", "rule", "-id"], name="rule_run_newest"),
        ),
        migrations.AddIndex(
            model_name="rulerun",
            index=models.Index(fields=["tenant", "candidate"], name="rule_run_by_person"),
        ),
        migrations.AddConstraint(
            model_name="rulerun",
            constraint=models.UniqueConstraint(fields=("tenant", "rule", "candidate", "cause"), name="rule_run_once"),
        ),
        Fence("AutomationRule"),
        Fence("RuleRun"),
        Fence("Enrolment", dispatch_columns=("tenant_id", "state", "paused_until", "waiting_for", "next_due_at")),
    ]
