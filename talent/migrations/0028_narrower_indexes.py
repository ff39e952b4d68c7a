"""What a longer index begins with needs none of its own, and most skills are claimed without level and years."""

from django.db import migrations, models
from django.db.models import CASCADE, PROTECT, RESTRICT, SET_NULL, Q

from crm.tenancy.at_once import AtOnce
from crm.tenancy.models import TenantForeignKey


def _of(model: str, field: str, to: str, related: str, on_delete=CASCADE, **more: bool) -> migrations.AlterField:
    key = TenantForeignKey(to, on_delete=on_delete, related_name=related, db_index=False, **more)
    return migrations.AlterField(model, field, key)


class Migration(AtOnce):
    dependencies = [("crm", "0005_notifications"), ("talent", "0027_skills_with_country")]

    operations = [
        migrations.RemoveIndex("candidateskill", "candidate_skill_by_level"),
        migrations.RemoveIndex("candidateskill", "candidate_skill_by_cefr"),
        _of("candidate", "owner", "crm.member", "+", SET_NULL, null=True, blank=True),
        _of("candidate", "source", "talent.source", "+", PROTECT, null=True, blank=True),
        _of("candidateskill", "candidate", "talent.candidate", "skills"),
        _of("candidateskill", "skill", "talent.skill", "candidates"),
        _of("candidatetag", "candidate", "talent.candidate", "tags"),
        _of("contactpoint", "candidate", "talent.candidate", "contact_points"),
        _of("employment", "candidate", "talent.candidate", "employments"),
        _of("note", "candidate", "talent.candidate", "notes"),
        _of("poolmembership", "candidate", "talent.candidate", "pool_memberships"),
        _of("poolmembership", "pool", "talent.talentpool", "memberships"),
        _of("poolmembership", "stage", "talent.poolstage", "memberships", RESTRICT),
        _of("segmentmembership", "candidate", "talent.candidate", "segment_memberships"),
        _of("segmentmembership", "segment", "talent.segment", "memberships"),
        migrations.AddIndex(
            "candidateskill",
            models.Index(
                fields=["tenant", "skill", "level", "years", "candidate"],
                condition=Q(level__isnull=False) | Q(years__isnull=False),
                name="candidate_skill_by_level",
            ),
        ),
        migrations.AddIndex(
            "candidateskill",
            models.Index(
                fields=["tenant", "skill", "cefr", "candidate"],
                condition=Q(cefr__isnull=False),
                name="candidate_skill_by_cefr",
            ),
        ),
    ]
