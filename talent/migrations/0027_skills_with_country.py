"""Skill, country and state are found in one index: of a common skill's people most were read to be left out."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

from crm.tenancy.at_once import AtOnce


class Migration(AtOnce):
    dependencies = [("talent", "0026_told_apart")]

    operations = [
        migrations.RemoveIndex("candidate", "candidate_skills"),
        migrations.AddIndex(
            "candidate", GinIndex(fields=["tenant", "skill_keys", "country", "state"], name="candidate_skills")
        ),
    ]
