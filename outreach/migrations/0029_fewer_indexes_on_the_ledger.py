"""Every change of a message's state writes all indexes: those that another one begins with go."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce


def _plain(to: str, on_delete: Any, *, may_be_empty: bool = True, name: str = "messages") -> models.Field:
    options = {"blank": True, "null": True} if may_be_empty else {}
    return crm.tenancy.models.TenantForeignKey(db_index=False, on_delete=on_delete, related_name=name, to=to, **options)


class Migration(AtOnce):
    dependencies = [("outreach", "0028_tries_and_keys_of_webhooks")]

    operations = [
        migrations.AlterField(
            "outboundmessage",
            "candidate",
            _plain("talent.candidate", django.db.models.deletion.CASCADE, may_be_empty=False, name="outbound_messages"),
        ),
        migrations.AlterField(
            "outboundmessage", "enrolment", _plain("outreach.enrolment", django.db.models.deletion.SET_NULL)
        ),
        migrations.AlterField(
            "outboundmessage", "step", _plain("outreach.sequencestep", django.db.models.deletion.SET_NULL)
        ),
        migrations.AlterField(
            "outboundmessage", "broadcast", _plain("outreach.broadcast", django.db.models.deletion.PROTECT)
        ),
        migrations.AlterField(
            "outboundmessage", "mailbox", _plain("outreach.mailbox", django.db.models.deletion.PROTECT)
        ),
        migrations.AlterField(
            "outboundmessage", "template", _plain("outreach.messagetemplate", django.db.models.deletion.SET_NULL)
        ),
        migrations.AlterField(
            "outboundmessage", "sender", _plain("crm.member", django.db.models.deletion.SET_NULL, name="+")
        ),
        migrations.AddIndex(
            "outboundmessage",
            models.Index(
                fields=["tenant", "template"],
                condition=models.Q(template__isnull=False),
                name="outbound_by_template",
            ),
        ),
        migrations.AddIndex(
            "outboundmessage",
            models.Index(
                fields=["tenant", "sender"], condition=models.Q(sender__isnull=False), name="outbound_by_sender"
            ),
        ),
    ]
