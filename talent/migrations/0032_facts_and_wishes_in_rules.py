"""What rules ask of facts and of wishes is found by an index."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models import F, Func, Q

from crm.tenancy.at_once import AtOnce


def _by(model: str, name: str, *fields: str, condition: Q) -> migrations.AddIndex:
    return migrations.AddIndex(model, models.Index(fields=["tenant", *fields], condition=condition, name=name))


STANDS = Q(settled_at=None)
WORDS = GinIndex(
    F("tenant"),
    OpClass(Func(F("text"), function="app.plain"), "gin_trgm_ops"),
    condition=STANDS,
    name="candidate_fact_by_words",
)


class Migration(AtOnce):
    dependencies = [("talent", "0031_kept_rules")]

    operations = [
        _by("candidatefact", "candidate_fact_by_kind", "kind", "candidate", "valid_until", condition=STANDS),
        _by("candidatefact", "candidate_fact_by_day", "stated_on", "candidate", condition=STANDS),
        _by(
            "candidatefact",
            "candidate_fact_by_end",
            "valid_until",
            "candidate",
            condition=Q(settled_at=None, valid_until__isnull=False),
        ),
        migrations.AddIndex("candidatefact", WORDS),
        _by("contactpreference", "preference_by_channel", "channel", "candidate", condition=~Q(channel="")),
        _by("contactpreference", "preference_by_language", "language", "candidate", condition=~Q(language="")),
    ]
