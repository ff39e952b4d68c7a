"""Each skill is indexed by itself, and together with its people's state and country as one entry."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import F, Func

from crm.tenancy.at_once import AtOnce

# What stands between the parts is white space to `skill_key`: no key has it.
FUNCTION = r"""
CREATE OR REPLACE FUNCTION app.placed_skills(skills varchar[], state varchar, country varchar) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT COST 10 AS $$
DECLARE place text := E'\x1e' || state || E'\x1e' || country;
BEGIN
  RETURN array_to_tsvector(string_to_array(array_to_string(skills, place || E'\x1f') || place, E'\x1f'));
END $$;
"""
# What is known of the entries is read at once, where there are any: else the planner guesses until the next time.
KNOWN = "DO $$ BEGIN IF EXISTS (SELECT FROM talent_candidate) THEN ANALYZE talent_candidate; END IF; END $$"


class Migration(AtOnce):
    dependencies = [("talent", "0039_segment_watches")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION app.placed_skills(varchar[], varchar, varchar)"),
        migrations.AddIndex(  # before the other goes: people can be read meanwhile
            "candidate",
            GinIndex(
                F("tenant"),
                F("skill_keys"),
                Func(F("skill_keys"), F("state"), F("country"), function="app.placed_skills"),
                name="candidate_placed_skills",
            ),
        ),
        migrations.RemoveIndex("candidate", "candidate_skills"),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
