"""Steps that are no mails, branches, and what an enrolment waits for."""

import django.db.models.constraints
import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence, Unfence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0004_pause_of_a_person"),
        ("talent", "0027_skills_with_country"),
    ]

    operations = [
        Unfence("SequenceStep"),
        migrations.RemoveConstraint(
            model_name="sequencestep",
            name="sequence_step_position_once",
        ),
        migrations.AddField(
            model_name="enrolment",
            name="task",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="talent.task"
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="waiting_for",
            field=models.CharField(
                blank=True,
                choices=[
                    ("message", "A mail to go"),
                    ("task", "A colleague to do a task"),
                    ("event", "An answer to a branch"),
                    ("time", "The moment of a step"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="sequencestep",
            name="arm",
            field=models.CharField(blank=True, choices=[("yes", "Yes"), ("no", "No")], max_length=4),
        ),
        migrations.AddField(
            model_name="sequencestep",
            name="parent",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="inner",
                to="outreach.sequencestep",
            ),
        ),
        migrations.AddField(
            model_name="sequencestep",
            name="settings",
            field=models.JSONField(blank=True, default=dict),
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
                    ("end", "End"),
                ],
                default="email",
                max_length=16,
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("waiting_for", "task")), fields=["tenant", "task"], name="enrolment_by_task"
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("waiting_for__in", ["time", "event"])),
                fields=["next_due_at", "tenant"],
                name="enrolment_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="sequencestep",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("tenant", "sequence", "parent", "arm", "position"),
                name="sequence_step_position_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="sequencestep",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", None), models.Q(("arm", ""), _negated=True), _connector="XOR"),
                name="sequence_step_in_an_arm",
            ),
        ),
        Fence("SequenceStep"),
        Fence("Enrolment", dispatch_columns=("tenant_id", "state", "paused_until", "waiting_for", "next_due_at")),
        migrations.RunSQL(
            "UPDATE outreach_enrolment SET waiting_for = 'message' "
            "WHERE state IN ('active', 'paused') AND current_step_id IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
