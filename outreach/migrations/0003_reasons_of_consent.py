"""Two more reasons why somebody gets no message: no consent, a company off limits."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce


class Migration(AtOnce):
    dependencies = [
        ("outreach", "0002_reason_of_a_pause"),
    ]

    operations = [
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
                    ("enrolment_paused", "Their sequence waits"),
                    ("sending_stopped", "All sending is stopped"),
                    ("sequence_paused", "The sequence is not active"),
                    ("in_conversation", "In conversation with a colleague"),
                    ("too_much_contact", "Heard from us too recently"),
                    ("blank_tag", "A merge tag would be blank"),
                    ("template_broken", "The text cannot be rendered"),
                    ("step_gone", "The step was removed"),
                    ("cancelled", "Cancelled by a colleague"),
                ],
                max_length=20,
            ),
        ),
    ]
