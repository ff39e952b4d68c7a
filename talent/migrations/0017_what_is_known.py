"""How the time zones that are known came about, and which skills are languages; levels are derived by a daily sweep."""

from __future__ import annotations

from django.db import migrations

from crm.tenancy.at_once import AtOnce

ZONES = """
UPDATE talent_candidate SET time_zone_origin = CASE WHEN city <> '' THEN 'city' ELSE 'country' END
WHERE time_zone <> '' AND time_zone_origin = ''
"""
LANGUAGES = """
UPDATE talent_skill SET kind = 'language' WHERE key IN (
    'arabic', 'bulgarian', 'catalan', 'chinese', 'croatian', 'czech', 'danish', 'dutch', 'english', 'estonian',
    'finnish', 'french', 'german', 'greek', 'hebrew', 'hindi', 'hungarian', 'indonesian', 'italian', 'japanese',
    'korean', 'latvian', 'lithuanian', 'norwegian', 'persian', 'polish', 'portuguese', 'romanian', 'russian', 'serbian',
    'slovak', 'slovenian', 'spanish', 'swahili', 'swedish', 'thai', 'turkish', 'ukrainian', 'urdu', 'vietnamese')
"""


class Migration(AtOnce):
    dependencies = [("talent", "0016_field_pattern")]

    operations = [
        migrations.RunSQL(ZONES, migrations.RunSQL.noop),
        migrations.RunSQL(LANGUAGES, migrations.RunSQL.noop),
    ]
