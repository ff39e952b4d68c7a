"""The pace of mailboxes, whose clock a window goes by, days off, and why a message is held."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence

# What is held until now waits for its sequence.
NAME_THE_HOLD = "UPDATE outreach_outboundmessage SET held_for = 'sequence' WHERE is_held"


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0009_broadcasts"),
        ("talent", "0028_narrower_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayOff",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("day", models.DateField()),
                (
                    "country",
                    models.CharField(blank=True, help_text="ISO 3166-1 alpha-2; empty: everywhere.", max_length=2),
                ),
                ("name", models.CharField(blank=True, max_length=80)),
                ("is_open", models.BooleanField(default=False, help_text="Mails go, although it is a public holiday.")),
            ],
            options={
                "verbose_name_plural": "days off",
                "ordering": ["day", "country"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SendPulse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("beat_at", models.DateTimeField()),
                ("outage_from", models.DateTimeField(blank=True, null=True)),
                ("outage_until", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="mailbox",
            name="daily_cap",
            field=models.PositiveIntegerField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(100000),
                ],
                verbose_name="mails a day",
            ),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="gap_seconds",
            field=models.PositiveSmallIntegerField(
                default=0,
                validators=[django.core.validators.MaxValueValidator(3600)],
                verbose_name="seconds between mails",
            ),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="time_zone",
            field=models.CharField(blank=True, help_text="An IANA name; empty: the workspace's.", max_length=64),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="warm_up_from",
            field=models.PositiveIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="mails on the first day",
            ),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="warm_up_on",
            field=models.DateField(blank=True, null=True, verbose_name="first day"),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="warm_up_step",
            field=models.PositiveIntegerField(
                default=5, validators=[django.core.validators.MinValueValidator(1)], verbose_name="more each day"
            ),
        ),
        migrations.AddField(
            model_name="outboundmessage",
            name="held_for",
            field=models.CharField(
                blank=True,
                choices=[
                    ("sequence", "Its sequence or broadcast is paused"),
                    ("late", "It was due while nothing could be sent"),
                    ("by_hand", "A colleague holds it"),
                    ("review", "A colleague reads it first"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="sendingpolicy",
            name="late_hours",
            field=models.PositiveSmallIntegerField(
                default=3,
                help_text="After an outage; 0: all of it goes at once.",
                validators=[django.core.validators.MaxValueValidator(168)],
            ),
        ),
        migrations.AddField(
            model_name="sequence",
            name="fixed_zone",
            field=models.CharField(blank=True, help_text="An IANA name.", max_length=64, verbose_name="time zone"),
        ),
        migrations.AddField(
            model_name="sequence",
            name="skips_holidays",
            field=models.BooleanField(default=True, verbose_name="not on public holidays there"),
        ),
        migrations.AddField(
            model_name="sequence",
            name="window_zone",
            field=models.CharField(
                choices=[("candidate", "Each person's"), ("sender", "The sender's"), ("fixed", "This one")],
                default="candidate",
                max_length=10,
                verbose_name="by whose clock",
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
            name="is_held",
            field=models.BooleanField(default=False, help_text="It stays until `held_for` is over."),
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
                    ("topic_off", "They do not want this topic"),
                    ("too_often", "More often than they asked for"),
                    ("broadcast_paused", "The broadcast is paused"),
                    ("broadcast_over", "The broadcast is over"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="sequence",
            name="window_end_hour",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Hour.",
                null=True,
                validators=[django.core.validators.MaxValueValidator(24)],
                verbose_name="not after",
            ),
        ),
        migrations.AlterField(
            model_name="sequence",
            name="window_start_hour",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Hour.",
                null=True,
                validators=[django.core.validators.MaxValueValidator(23)],
                verbose_name="not before",
            ),
        ),
        migrations.AddIndex(
            model_name="outboundmessage",
            index=models.Index(
                condition=models.Q(("handed_over_at__isnull", False), ("state", "reserved"), _connector="OR"),
                fields=["tenant", "mailbox", "-handed_over_at"],
                name="outbound_by_mailbox",
            ),
        ),
        migrations.AddIndex(
            model_name="outboundmessage",
            index=models.Index(
                condition=models.Q(("is_held", True), ("state", "planned")),
                fields=["tenant", "held_for", "due_at", "id"],
                name="outbound_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("warm_up_on", None),
                    models.Q(("daily_cap__isnull", False), ("warm_up_from__isnull", False)),
                    _connector="OR",
                ),
                name="mailbox_warms_up_to_a_cap",
            ),
        ),
        migrations.RunSQL(NAME_THE_HOLD, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="outboundmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_held", False), models.Q(("held_for", ""), _negated=True), _connector="XOR"),
                name="outbound_held_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="outboundmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("held_for", "review"), _negated=True),
                    ("state__in", ["planned", "excluded"]),
                    _connector="OR",
                ),
                name="outbound_unread_stays",
            ),
        ),
        migrations.AddConstraint(
            model_name="sequence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("window_zone", "fixed"), _negated=True),
                    models.Q(("fixed_zone", ""), _negated=True),
                    _connector="OR",
                ),
                name="sequence_fixed_zone_is_named",
            ),
        ),
        migrations.AddField(
            model_name="dayoff",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddConstraint(
            model_name="sendpulse",
            constraint=models.CheckConstraint(condition=models.Q(("pk", 1)), name="send_pulse_is_one"),
        ),
        migrations.AddConstraint(
            model_name="dayoff",
            constraint=models.UniqueConstraint(fields=("tenant", "day", "country"), name="day_off_once"),
        ),
        Fence("DayOff"),
    ]
