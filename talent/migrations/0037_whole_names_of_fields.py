"""Provenance has room for the whole key of a workspace's own field, and what was cut gets its whole key back."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence, Unfence

# Where two keys begin with the same 33 letters, nobody knows which one was meant: those rows stay as they are.
MEND = """
UPDATE talent_provenance AS row SET field = 'custom.' || known.key
FROM (
    SELECT tenant_id, left(key, 33) AS beginning, min(key) AS key
    FROM talent_fielddefinition GROUP BY tenant_id, left(key, 33) HAVING count(*) = 1 AND length(min(key)) > 33
) AS known
WHERE row.tenant_id = known.tenant_id AND row.field = 'custom.' || known.beginning
"""
CUT = "UPDATE talent_provenance SET field = left(field, 40) WHERE length(field) > 40"


class Migration(AtOnce):
    dependencies = [("talent", "0036_quotable_notes")]

    operations = [
        Unfence("Provenance"),
        migrations.AlterField(
            model_name="provenance",
            name="field",
            field=models.CharField(
                help_text="Name of the field: name, email, phone, skill, employment, custom.key ...", max_length=60
            ),
        ),
        migrations.RunSQL(MEND, CUT),
        Fence("Provenance"),
    ]
