"""Versions of sequences, and mails that a colleague reads, or writes anew, before they go."""

import django.db.models.constraints
import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0015_sending_domains"),
    ]

    operations = [
        migrations.CreateModel(
            name="SequenceVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("number", models.PositiveSmallIntegerField()),
                ("published_at", models.DateTimeField()),
                ("published_by", models.CharField(max_length=120)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("changes", models.JSONField(default=list, help_text="Sentences.")),
                ("moved", models.PositiveIntegerField(default=0, help_text="People under way who were moved to it.")),
            ],
            options={
                "ordering": ["-number"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.RemoveConstraint(
            model_name="sequencestep",
            name="sequence_step_position_once",
        ),
        migrations.AddField(
            model_name="outboundmessage",
            name="approved_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="outboundmessage",
            name="approved_by",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="outboundmessage",
            name="own_body",
            field=models.TextField(blank=True, help_text="As they are: no merge tags.", max_length=20000),
        ),
        migrations.AddField(
            model_name="outboundmessage",
            name="own_subject",
            field=models.CharField(blank=True, help_text="A colleague's words, instead of the step's.", max_length=300),
        ),
        migrations.AddField(
            model_name="sequence",
            name="draft",
            field=models.PositiveSmallIntegerField(blank=True, help_text="The version being written.", null=True),
        ),
        migrations.AddField(
            model_name="sequence",
            name="version",
            field=models.PositiveSmallIntegerField(default=1, help_text="Of the steps that people who come now get."),
        ),
        migrations.AddField(
            model_name="sequencestep",
            name="needs_review",
            field=models.BooleanField(default=False, verbose_name="a colleague reads each mail before it goes"),
        ),
        migrations.AddField(
            model_name="sequencestep",
            name="origin",
            field=models.UUIDField(
                blank=True, editable=False, help_text="The step it was first, versions ago.", null=True
            ),
        ),
        migrations.AddField(
            model_name="sequencestep",
            name="version",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddConstraint(
            model_name="sequencestep",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("tenant", "sequence", "version", "parent", "arm", "position"),
                name="sequence_step_position_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddField(
            model_name="sequenceversion",
            name="sequence",
            field=crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="outreach.sequence"
            ),
        ),
        migrations.AddField(
            model_name="sequenceversion",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddConstraint(
            model_name="sequenceversion",
            constraint=models.UniqueConstraint(fields=("tenant", "sequence", "number"), name="sequence_version_once"),
        ),
        Fence("SequenceVersion"),
    ]
