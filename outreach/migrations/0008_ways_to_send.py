"""Mailboxes that send through providers and makers of mailboxes; stops of a mailbox."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0007_rules_of_contact"),
        ("talent", "0028_narrower_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailApp",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("maker", models.CharField(choices=[("google", "Google"), ("microsoft", "Microsoft")], max_length=16)),
                ("client_id", models.CharField(max_length=255)),
                ("sealed_secret", models.TextField(editable=False)),
                (
                    "directory",
                    models.CharField(default="common", help_text="Microsoft's tenant id, or common.", max_length=64),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="mailbox",
            name="options",
            field=models.JSONField(blank=True, default=dict, help_text="What its provider asks for and is no secret."),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="owner",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True,
                help_text="Whose own it is.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="mailboxes",
                to="crm.member",
            ),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="provider",
            field=models.CharField(
                blank=True,
                help_text="The mail provider; or google or microsoft where one logs in with OAuth.",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="resumed_at",
            field=models.DateTimeField(blank=True, help_text="Its rates are counted from here.", null=True),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="sealed_secrets",
            field=models.TextField(blank=True, editable=False, help_text="A JSON object of secrets, encrypted."),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="stopped_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="stopped_reason",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="outboundmessage",
            name="provider_ref",
            field=models.CharField(blank=True, help_text="The provider's own id of it.", max_length=255),
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
                ],
                default="sandbox",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="outboundmessage",
            name="excluded_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unknown_person", "No longer in the workspace"),
                    ("no_address", "No e-mail address"),
                    ("bounced_address", "The address bounced"),
                    ("banned", "Must not be contacted"),
                    ("no_consent", "No consent"),
                    ("off_limits", "Their company is off limits"),
                    ("already_sent", "Already has this message"),
                    ("already_enrolled", "Already in this sequence"),
                    ("replied", "They replied"),
                    ("enrolment_over", "The enrolment ended"),
                    ("person_paused", "Outreach to them is paused"),
                    ("enrolment_paused", "Their sequence waits"),
                    ("sending_stopped", "All sending is stopped"),
                    ("sequence_paused", "The sequence is not active"),
                    ("in_conversation", "In conversation with a colleague"),
                    ("applied", "Their application is open"),
                    ("other_sequence", "In another sequence"),
                    ("too_much_contact", "Heard from us too recently"),
                    ("sender_spacing", "A colleague wrote to them lately"),
                    ("mailbox_stopped", "The mailbox is stopped"),
                    ("quiet_hours", "Outside the hours they asked for"),
                    ("blank_tag", "A merge tag would be blank"),
                    ("template_broken", "The text cannot be rendered"),
                    ("step_gone", "The step was removed"),
                    ("cancelled", "Cancelled by a colleague"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="outboundmessage",
            name="provider_message_id",
            field=models.CharField(blank=True, help_text="The Message-ID put in its place.", max_length=255),
        ),
        migrations.AlterField(
            model_name="outboundmessage",
            name="put_off_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unknown_person", "No longer in the workspace"),
                    ("no_address", "No e-mail address"),
                    ("bounced_address", "The address bounced"),
                    ("banned", "Must not be contacted"),
                    ("no_consent", "No consent"),
                    ("off_limits", "Their company is off limits"),
                    ("already_sent", "Already has this message"),
                    ("already_enrolled", "Already in this sequence"),
                    ("replied", "They replied"),
                    ("enrolment_over", "The enrolment ended"),
                    ("person_paused", "Outreach to them is paused"),
                    ("enrolment_paused", "Their sequence waits"),
                    ("sending_stopped", "All sending is stopped"),
                    ("sequence_paused", "The sequence is not active"),
                    ("in_conversation", "In conversation with a colleague"),
                    ("applied", "Their application is open"),
                    ("other_sequence", "In another sequence"),
                    ("too_much_contact", "Heard from us too recently"),
                    ("sender_spacing", "A colleague wrote to them lately"),
                    ("mailbox_stopped", "The mailbox is stopped"),
                    ("quiet_hours", "Outside the hours they asked for"),
                    ("blank_tag", "A merge tag would be blank"),
                    ("template_broken", "The text cannot be rendered"),
                    ("step_gone", "The step was removed"),
                    ("cancelled", "Cancelled by a colleague"),
                ],
                max_length=20,
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
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="outboundmessage",
            index=models.Index(
                condition=models.Q(("provider_ref", ""), _negated=True),
                fields=["tenant", "provider_ref"],
                name="outbound_by_provider_ref",
            ),
        ),
        migrations.AddIndex(
            model_name="outboundmessage",
            index=models.Index(
                condition=models.Q(("provider_message_id", ""), _negated=True),
                fields=["tenant", "provider_message_id"],
                name="outbound_by_provider_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailbox",
            constraint=models.UniqueConstraint(
                condition=models.Q(("owner__isnull", False)),
                fields=("tenant", "owner"),
                name="mailbox_one_of_its_owner",
            ),
        ),
        migrations.AddField(
            model_name="mailapp",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddConstraint(
            model_name="mailapp",
            constraint=models.UniqueConstraint(fields=("tenant", "maker"), name="mail_app_once"),
        ),
        Fence("MailApp"),
        Fence("Mailbox"),
        Fence("OutboundMessage", dispatch_columns=("tenant_id", "id", "state", "is_held", "due_at", "lease_until")),
    ]
