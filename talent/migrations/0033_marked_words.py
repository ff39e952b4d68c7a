"""The words in the index of words begin with a mark of their tenant."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import F, Func

from crm.tenancy.at_once import AtOnce

# The end of a tenant's key is random; where two tenants share it, rows are told apart by their tenant as everywhere.
# All three look at nothing but what they are given (`app.words` says why that is true of unaccent): an index may rest on
# them, and the planner knows what they give.
FUNCTIONS = r"""
CREATE OR REPLACE FUNCTION app.unaccented(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$ SELECT public.unaccent('public.unaccent', value) $$;
CREATE OR REPLACE FUNCTION app.marked(tenant uuid, words tsvector) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE mark text := substr(tenant::text, 29);
BEGIN
  RETURN array_to_tsvector(string_to_array(
    mark || array_to_string(tsvector_to_array(words), E'\x01' || mark), E'\x01'));
END $$;
CREATE OR REPLACE FUNCTION app.marked_query(tenant uuid, query tsquery) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
SELECT regexp_replace(query::text, $r$'((?:[^']|'')+)'$r$, $r$'$r$ || substr(tenant::text, 29) || $r$\1'$r$, 'g')::tsquery
$$;
"""


class Migration(AtOnce):
    dependencies = [("talent", "0032_facts_and_wishes_in_rules")]

    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION app.marked(uuid, tsvector), app.marked_query(uuid, tsquery), app.unaccented(text)",
        ),
        migrations.AddIndex(  # before the other goes: people can be read meanwhile
            "candidate",
            GinIndex(Func(F("tenant"), F("search"), function="app.marked"), name="candidate_words"),
        ),
        migrations.RemoveIndex("candidate", "candidate_search"),
    ]
