"""Career fairs, meet-ups, webinars: who registered for them, and who came."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0006_what_members_sign_with"),
        ("talent", "0041_no_index_twice"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecruitingEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("name", models.CharField(max_length=160)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("career_fair", "Career fair"),
                            ("meetup", "Meet-up"),
                            ("webinar", "Webinar"),
                            ("conference", "Conference"),
                            ("other", "Other event"),
                        ],
                        default="meetup",
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("open", "Open for registration"),
                            ("closed", "Registration closed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("time_zone", models.CharField(help_text="IANA name.", max_length=64)),
                ("place", models.CharField(blank=True, max_length=200)),
                ("link", models.URLField(blank=True, max_length=500)),
                (
                    "capacity",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: no limit.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100000),
                        ],
                        verbose_name="places",
                    ),
                ),
                ("description", models.TextField(blank=True, max_length=20000)),
                ("is_public", models.BooleanField(default=False, verbose_name="people may register themselves")),
                ("updated_at", models.DateTimeField(auto_now=True)),
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
                "ordering": ["-starts_at", "-pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("registered", "Registered"), ("attended", "Attended"), ("no_show", "No-show")],
                        default="registered",
                        max_length=10,
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("colleague", "A colleague"), ("form", "Themselves, by the form")],
                        default="colleague",
                        max_length=10,
                    ),
                ),
                ("registered_at", models.DateTimeField()),
                ("marked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "candidate",
                    crm.tenancy.models.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendances",
                        to="talent.candidate",
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
                (
                    "event",
                    crm.tenancy.models.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendances",
                        to="talent.recruitingevent",
                    ),
                ),
            ],
            options={
                "ordering": ["registered_at", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="recruitingevent",
            index=models.Index(fields=["tenant", "-starts_at", "-id"], name="recruiting_event_by_start"),
        ),
        migrations.AddConstraint(
            model_name="recruitingevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="recruiting_event_ends_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="recruitingevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity", None), ("capacity__gte", 1), _connector="OR"),
                name="recruiting_event_has_places",
            ),
        ),
        migrations.AddIndex(
            model_name="attendance",
            index=models.Index(fields=["tenant", "event", "state", "registered_at"], name="attendance_by_event"),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.UniqueConstraint(fields=("tenant", "candidate", "event"), name="attendance_once"),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("marked_at", None), ("state", "registered")),
                    models.Q(models.Q(("state", "registered"), _negated=True), ("marked_at__isnull", False)),
                    _connector="OR",
                ),
                name="attendance_marked_whole",
            ),
        ),
        Fence("RecruitingEvent"),
        Fence("Attendance"),
    ]
