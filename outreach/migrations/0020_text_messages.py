"""Text messages as steps of sequences and rows of the ledger."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("outreach", "0019_priority_of_planned_messages"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboundmessage",
            name="channel",
            field=models.CharField(
                choices=[
                    ("email", "E-mail"),
                    ("phone", "Phone call"),
                    ("text", "Text message"),
                    ("linkedin", "LinkedIn"),
                ],
                default="email",
                help_text="E-mail or text.",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="mailbox",
            name="transport",
            field=models.CharField(
                choices=[
                    ("sandbox", "Sandbox: nothing leaves this system"),
                    ("smtp", "SMTP server"),
                    ("esp", "Mail provider"),
                    ("gmail", "Gmail"),
                    ("graph", "Microsoft 365"),
                    ("twilio", "Text messages through Twilio"),
                ],
                default="sandbox",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="outboundmessage",
            name="transport",
            field=models.CharField(
                blank=True,
                choices=[
                    ("sandbox", "Sandbox: nothing leaves this system"),
                    ("smtp", "SMTP server"),
                    ("esp", "Mail provider"),
                    ("gmail", "Gmail"),
                    ("graph", "Microsoft 365"),
                    ("twilio", "Text messages through Twilio"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="sequencestep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("email", "E-mail"),
                    ("text", "Text message"),
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
        Fence("OutboundMessage", dispatch_columns=("tenant_id", "id", "state", "is_held", "due_at", "lease_until")),
    ]
