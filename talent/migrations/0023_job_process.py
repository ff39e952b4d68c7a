"""Stages and reasons can be retired and ordered; a search may be for one of our jobs."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("talent", "0022_notes"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="dispositionreason",
            options={"base_manager_name": "objects", "ordering": ["declined_by", "position", "-is_positive", "name"]},
        ),
        migrations.AddField(
            model_name="applicationstage",
            name="retired_at",
            field=models.DateTimeField(blank=True, editable=False, help_text="No longer offered.", null=True),
        ),
        migrations.AddField(
            model_name="dispositionreason",
            name="position",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="dispositionreason",
            name="retired_at",
            field=models.DateTimeField(blank=True, editable=False, help_text="No longer offered.", null=True),
        ),
        migrations.AddField(
            model_name="rediscoverysearch",
            name="job",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="searches",
                to="talent.job",
            ),
        ),
        Fence("ApplicationStage"),
        Fence("DispositionReason"),
        Fence("RediscoverySearch"),
    ]
