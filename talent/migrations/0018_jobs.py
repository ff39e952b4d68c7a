"""Our own jobs, and who applied for them."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("talent", "0017_what_is_known"),
    ]

    operations = [
        migrations.CreateModel(
            name="DispositionReason",
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
                    "declined_by",
                    models.CharField(choices=[("us", "We declined"), ("them", "They declined")], max_length=4),
                ),
                ("is_positive", models.BooleanField(default=False)),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "name"), name="disposition_name_once")],
                "ordering": ["declined_by", "-is_positive", "name"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("title", models.CharField(max_length=160)),
                ("department", models.CharField(blank=True, max_length=120)),
                ("place", models.CharField(blank=True, max_length=160)),
                (
                    "remote",
                    models.CharField(
                        choices=[("on_site", "On site"), ("hybrid", "Hybrid"), ("remote", "Remote")],
                        default="on_site",
                        max_length=8,
                    ),
                ),
                (
                    "employment",
                    models.CharField(
                        choices=[
                            ("permanent", "Permanent"),
                            ("fixed_term", "Fixed term"),
                            ("freelance", "Freelance"),
                            ("internship", "Internship"),
                            ("apprentice", "Apprenticeship"),
                        ],
                        default="permanent",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("description", models.TextField(blank=True, max_length=20000)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("open", "Open"), ("on_hold", "On hold"), ("closed", "Closed")],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("headcount", models.PositiveSmallIntegerField(default=1, verbose_name="to be hired")),
                ("opened_on", models.DateField(blank=True, null=True)),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "hiring_manager",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm.member",
                    ),
                ),
                (
                    "owner",
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
                "indexes": [models.Index(fields=["tenant", "state", "-created_at", "-id"], name="job_by_state")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("headcount__gte", 1)), name="job_hires_somebody")
                ],
                "ordering": ["-created_at", "-pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ApplicationStage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("name", models.CharField(max_length=60)),
                ("position", models.PositiveSmallIntegerField()),
                ("is_final", models.BooleanField(default=False)),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
                (
                    "job",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stages", to="talent.job"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "job", "name"), name="application_stage_name_once")
                ],
                "ordering": ["position", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("hired", "Hired"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("is_finalist", models.BooleanField(default=False, help_text="Came as far as a final stage.")),
                ("source", models.CharField(blank=True, max_length=120)),
                ("applied_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "candidate",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="applications", to="talent.candidate"
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
                (
                    "stage",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="applications",
                        to="talent.applicationstage",
                    ),
                ),
                (
                    "disposition",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="talent.dispositionreason",
                    ),
                ),
                (
                    "job",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="applications", to="talent.job"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "job", "outcome", "moved_at"], name="application_by_job"),
                    models.Index(fields=["tenant", "candidate"], name="application_by_person"),
                    models.Index(fields=["tenant", "stage"], name="application_by_stage"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "open")),
                        fields=("tenant", "candidate", "job"),
                        name="application_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("outcome", "open")),
                            models.Q(models.Q(("outcome", "open"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="application_decided_whole",
                    ),
                ],
                "ordering": ["-applied_at", "-pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="JobRequirement",
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
                        choices=[
                            ("skill", "Skill"),
                            ("language", "Language"),
                            ("place", "Place"),
                            ("seniority", "Seniority"),
                            ("text", "In words"),
                        ],
                        default="skill",
                        max_length=12,
                    ),
                ),
                ("text", models.CharField(max_length=200)),
                ("must", models.BooleanField(default=True)),
                (
                    "job",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="requirements", to="talent.job"
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "job"], name="job_requirement_by_job")],
                "ordering": ["-must", "created_at", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        Fence("Job"),
        Fence("JobRequirement"),
        Fence("ApplicationStage"),
        Fence("DispositionReason"),
        Fence("Application"),
    ]
