"""Automation that waits for days, keeps why it did not act, and tells other systems."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("outreach", "0022_template_library"),
    ]

    operations = [
        migrations.AddField(
            model_name="automationrule",
            name="walked_on",
            field=models.DateField(
                blank=True, help_text="The last day that a rule about days has looked at.", null=True
            ),
        ),
        migrations.AddField(
            model_name="rulerun",
            name="acted",
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name="rulerun",
            name="words",
            field=models.CharField(
                blank=True, help_text="What was done, what could not be, or why nothing.", max_length=500
            ),
        ),
        migrations.AddIndex(
            model_name="rulerun",
            index=models.Index(condition=models.Q(("acted", False)), fields=["tenant", "ran_at"], name="rule_run_idle"),
        ),
        migrations.AlterField(
            model_name="webhookcall",
            name="enrolment",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="webhook_calls",
                to="outreach.enrolment",
            ),
        ),
        migrations.AddField(
            model_name="webhookcall",
            name="run",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="webhook_calls",
                to="outreach.rulerun",
            ),
        ),
        migrations.AddField(
            model_name="messageevent",
            name="reply_class",
            field=models.CharField(
                blank=True,
                choices=[
                    ("interested", "Interested"),
                    ("not_now", "Not now"),
                    ("not_interested", "Not interested"),
                    ("referral", "Names somebody else"),
                    ("question", "Asks something"),
                    ("out_of_office", "Out of office"),
                    ("unsubscribe", "Wants no more mail"),
                    ("bounce", "Bounced"),
                ],
                help_text="Of a reply.",
                max_length=16,
            ),
        ),
        Fence("MessageEvent"),
        Fence("AutomationRule"),
        Fence("RuleRun"),
        Fence("WebhookCall", dispatch_columns=("tenant_id", "state", "next_at")),
    ]
