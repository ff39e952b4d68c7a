"""Who may send from whose mailbox, who writes to whom, and what goes first."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0017_whose_hits_are_counted"),
    ]

    operations = [
        migrations.AddField(
            model_name="broadcast",
            name="priority",
            field=models.PositiveSmallIntegerField(choices=[(1, "High"), (2, "Normal"), (3, "Low")], default=3),
        ),
        migrations.AddField(
            model_name="broadcast",
            name="sender_choice",
            field=models.CharField(
                choices=[
                    ("fixed", "One sender"),
                    ("acting", "Whoever puts them in, or sends it off"),
                    ("owner", "The owner of each candidate"),
                    ("last_spoken", "Whoever last really spoke with each candidate"),
                ],
                default="fixed",
                max_length=12,
                verbose_name="who writes",
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="enroller",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="crm.member"
            ),
        ),
        migrations.AddField(
            model_name="outboundmessage",
            name="priority",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "By hand"), (1, "High"), (2, "Normal"), (3, "Low")], default=0
            ),
        ),
        migrations.AddField(
            model_name="sequence",
            name="priority",
            field=models.PositiveSmallIntegerField(choices=[(1, "High"), (2, "Normal"), (3, "Low")], default=2),
        ),
        migrations.AddField(
            model_name="sequence",
            name="sender_choice",
            field=models.CharField(
                choices=[
                    ("fixed", "One sender"),
                    ("acting", "Whoever puts them in, or sends it off"),
                    ("owner", "The owner of each candidate"),
                    ("last_spoken", "Whoever last really spoke with each candidate"),
                ],
                default="fixed",
                max_length=12,
                verbose_name="who writes",
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
                    ("outside_window", "Outside the hours of the sequence"),
                    ("blank_tag", "A merge tag would be blank"),
                    ("template_broken", "The text cannot be rendered"),
                    ("step_gone", "The step was removed"),
                    ("cancelled", "Cancelled by a colleague"),
                    ("no_grant", "The mailbox is not theirs to send from"),
                    ("displaced", "Something more important goes first"),
                    ("topic_off", "They do not want this topic"),
                    ("too_often", "More often than they asked for"),
                    ("broadcast_paused", "The broadcast is paused"),
                    ("broadcast_over", "The broadcast is over"),
                ],
                max_length=20,
            ),
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
                    ("outside_window", "Outside the hours of the sequence"),
                    ("blank_tag", "A merge tag would be blank"),
                    ("template_broken", "The text cannot be rendered"),
                    ("step_gone", "The step was removed"),
                    ("cancelled", "Cancelled by a colleague"),
                    ("no_grant", "The mailbox is not theirs to send from"),
                    ("displaced", "Something more important goes first"),
                    ("topic_off", "They do not want this topic"),
                    ("too_often", "More often than they asked for"),
                    ("broadcast_paused", "The broadcast is paused"),
                    ("broadcast_over", "The broadcast is over"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="SendGrant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_on", models.DateField(blank=True, null=True)),
                ("granted_by", models.CharField(max_length=120)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_by", models.CharField(blank=True, max_length=120)),
                (
                    "broadcast",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="outreach.broadcast",
                    ),
                ),
                (
                    "grantee",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grants_held", to="crm.member"
                    ),
                ),
                (
                    "owner",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grants_given", to="crm.member"
                    ),
                ),
                (
                    "sequence",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="outreach.sequence",
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant", "grantee", "owner"], name="send_grant_by_grantee")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("owner", models.F("grantee")), _negated=True), name="send_grant_to_another"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sequence", None), ("broadcast", None), _connector="OR"),
                        name="send_grant_for_one_plan",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("tenant", "owner", "grantee", "sequence", "broadcast"),
                        name="send_grant_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        Fence("SendGrant"),
        Fence("Sequence"),
        Fence("Broadcast", dispatch_columns=("tenant_id", "id", "started_at")),
        Fence("Enrolment", dispatch_columns=("tenant_id", "state", "paused_until", "waiting_for", "next_due_at")),
        Fence("OutboundMessage", dispatch_columns=("tenant_id", "id", "state", "is_held", "due_at", "lease_until")),
    ]
