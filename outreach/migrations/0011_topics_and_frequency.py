"""What people want to get of what is sent by plan: topics, how often; and the topic of a sequence."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0010_pace_windows_and_holds"),
        ("talent", "0028_narrower_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="sendingpolicy",
            name="tells_names",
            field=models.BooleanField(
                default=True,
                help_text="Whoever asks why they got a mail reads its name.",
                verbose_name="tell candidates what they are in",
            ),
        ),
        migrations.AddField(
            model_name="sequence",
            name="topic",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sequences",
                to="outreach.topic",
            ),
        ),
        migrations.CreateModel(
            name="MailFrequency",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "As it comes"),
                            (7, "At most once a week"),
                            (30, "At most once a month"),
                            (90, "At most once in three months"),
                        ]
                    ),
                ),
                (
                    "candidate",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="talent.candidate"
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "verbose_name_plural": "mail frequencies",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("tenant", "candidate"), name="mail_frequency_once")],
            },
        ),
        migrations.CreateModel(
            name="TopicOptOut",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "candidate",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="talent.candidate"
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
                (
                    "topic",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="opt_outs", to="outreach.topic"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "candidate", "topic"), name="topic_opt_out_once")
                ],
            },
        ),
        Fence("TopicOptOut"),
        Fence("MailFrequency"),
        Fence("Sequence"),
        Fence("SendingPolicy"),
    ]
