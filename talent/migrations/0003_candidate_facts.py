"""What else describes a candidate, and the order of lists by it."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0002_member_activity"),
        ("talent", "0002_contact_fragments"),
    ]

    operations = [
        migrations.AddField(
            model_name="candidate",
            name="engagement",
            field=models.FloatField(
                default=0,
                editable=False,
                help_text="Weighted evidence, scaled to a fixed day: see services.engagement.",
            ),
        ),
        migrations.AddField(
            model_name="candidate",
            name="job_search",
            field=models.CharField(
                blank=True,
                choices=[("not_looking", "Not looking"), ("open", "Open to offers"), ("looking", "Looking actively")],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="candidate",
            name="job_search_at",
            field=models.DateTimeField(blank=True, help_text="When the person, or a colleague, said so.", null=True),
        ),
        migrations.AddField(
            model_name="candidate",
            name="job_search_origin",
            field=models.CharField(blank=True, help_text="Who or what said so, in words.", max_length=120),
        ),
        migrations.AddField(
            model_name="candidate",
            name="last_two_way_at",
            field=models.DateTimeField(
                blank=True,
                help_text="The last time both sides spoke: a reply, a call that was answered, a meeting.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="candidate",
            name="open_to_relocation",
            field=models.BooleanField(blank=True, help_text="Would move; empty when unknown.", null=True),
        ),
        migrations.AddField(
            model_name="candidate",
            name="open_to_remote",
            field=models.BooleanField(blank=True, help_text="Would work remotely; empty when unknown.", null=True),
        ),
        migrations.AddField(
            model_name="candidate",
            name="photo",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="crm.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="candidate",
            name="seniority",
            field=models.SmallIntegerField(
                blank=True,
                choices=[
                    (1, "Intern or student"),
                    (2, "Junior"),
                    (3, "Mid-level"),
                    (4, "Senior"),
                    (5, "Lead or principal"),
                    (6, "Head or director"),
                    (7, "Executive"),
                ],
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="candidate",
            name="seniority_origin",
            field=models.CharField(
                blank=True,
                choices=[("derived", "Derived"), ("stated", "Said by the person"), ("edited", "Edited by hand")],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="candidate",
            name="time_zone_origin",
            field=models.CharField(
                blank=True,
                choices=[
                    ("stated", "Said by the person"),
                    ("edited", "Edited by hand"),
                    ("city", "From their city"),
                    ("country", "From their country"),
                    ("phone", "From their phone number"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(fields=["tenant", "-last_two_way_at", "-id"], name="candidate_by_two_way"),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(fields=["tenant", "-engagement", "-id"], name="candidate_by_engagement"),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(fields=["tenant", "seniority", "id"], name="candidate_by_seniority"),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(fields=["tenant", "owner", "id"], name="candidate_by_owner"),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(fields=["tenant", "latitude", "longitude"], name="candidate_by_coordinates"),
        ),
        Fence("Candidate"),
    ]
