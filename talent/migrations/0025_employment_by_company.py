"""Who worked at a company, now or before, is found by an index: what is off limits counts them."""

from django.db import migrations

from crm.tenancy.at_once import AtOnce


class Migration(AtOnce):
    dependencies = [
        ("talent", "0024_added_by_a_merge"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX employment_by_company ON talent_employment (tenant_id, app.plain(company), candidate_id)",
            "DROP INDEX employment_by_company",
        ),
    ]
