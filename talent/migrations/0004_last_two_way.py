"""A reply is two-way contact: whoever has replied has spoken with us then."""

from __future__ import annotations

from django.db import migrations

from crm.tenancy.at_once import AtOnce


class Migration(AtOnce):
    dependencies = [("talent", "0003_candidate_facts")]

    operations = [
        migrations.RunSQL(
            "UPDATE talent_candidate SET last_two_way_at = last_replied_at WHERE last_replied_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
