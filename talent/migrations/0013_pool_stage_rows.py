"""Every pool gets the stages that were fixed until now, and its people stand in them."""

from django.db import migrations

from crm.tenancy.at_once import AtOnce

ROWS = """
INSERT INTO talent_poolstage (id, tenant_id, created_at, pool_id, name, position)
SELECT gen_random_uuid(), p.tenant_id, now(), p.id, usual.name, usual.position
FROM talent_talentpool p
CROSS JOIN (VALUES ('New', 0), ('Reached out', 1), ('In conversation', 2), ('Ready for a job', 3))
  AS usual (name, position)
"""
PLACES = """
UPDATE talent_poolmembership m SET stage_id = s.id, moved_at = m.created_at
FROM talent_poolstage s
WHERE s.tenant_id = m.tenant_id AND s.pool_id = m.pool_id AND s.name =
  CASE m.word WHEN 'reached_out' THEN 'Reached out' WHEN 'in_conversation' THEN 'In conversation'
              WHEN 'ready' THEN 'Ready for a job' ELSE 'New' END
"""
WORDS = """
UPDATE talent_poolmembership m SET word =
  CASE s.position WHEN 0 THEN 'new' WHEN 1 THEN 'reached_out' WHEN 2 THEN 'in_conversation' ELSE 'ready' END
FROM talent_poolstage s WHERE s.tenant_id = m.tenant_id AND s.id = m.stage_id
"""


class Migration(AtOnce):
    dependencies = [("talent", "0012_pool_stages")]

    operations = [
        migrations.RunSQL(ROWS, migrations.RunSQL.noop),
        migrations.RunSQL(PLACES, WORDS),
    ]
