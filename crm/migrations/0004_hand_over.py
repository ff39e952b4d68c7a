"""The one way in which rows of an append-only ledger go from one person to another."""

from __future__ import annotations

from django.db import migrations

from crm.tenancy import foundation
from crm.tenancy.at_once import AtOnce


class Migration(AtOnce):
    dependencies = [("crm", "0003_demo_filling")]

    operations = [
        migrations.RunSQL(foundation.HAND_OVER_FUNCTION, "DROP FUNCTION app.hand_over"),
        migrations.RunSQL(foundation.hand_over_grant(), migrations.RunSQL.noop),
    ]
