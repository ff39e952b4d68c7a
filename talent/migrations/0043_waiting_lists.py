"""People wait for a place at an event whose places are all taken."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0006_what_members_sign_with"),
        ("talent", "0042_recruiting_events"),
    ]

    operations = [
        migrations.AddField(
            model_name="recruitingevent",
            name="has_waiting_list",
            field=models.BooleanField(
                default=False,
                help_text="Once every place is taken. Whoever waits longest gets the next one that is free.",
                verbose_name="people may wait for a place",
            ),
        ),
        migrations.CreateModel(
            name="WaitlistEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "origin",
                    models.CharField(
                        choices=[("colleague", "A colleague"), ("form", "Themselves, by the form")],
                        default="colleague",
                        max_length=10,
                    ),
                ),
                ("waiting_since", models.DateTimeField()),
                (
                    "candidate",
                    crm.tenancy.models.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waitlist_entries",
                        to="talent.candidate",
                    ),
                ),
                (
                    "event",
                    crm.tenancy.models.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waitlist",
                        to="talent.recruitingevent",
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "ordering": ["waiting_since", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant", "event", "waiting_since"], name="waitlist_by_event")],
                "constraints": [models.UniqueConstraint(fields=("tenant", "candidate", "event"), name="waitlist_once")],
            },
        ),
        Fence("RecruitingEvent"),
        Fence("WaitlistEntry"),
    ]
