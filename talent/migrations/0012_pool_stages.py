"""Stages of pools become rows; pools may be kept to some members and fed by a segment."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence, Unfence

FK = crm.tenancy.models.TenantForeignKey
CASCADE = django.db.models.deletion.CASCADE


def row(*more: tuple[str, models.Field]) -> list[tuple[str, models.Field]]:
    return [
        ("id", models.UUIDField(default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
        ("created_at", models.DateTimeField(auto_now_add=True)),
        *more,
        ("tenant", crm.tenancy.models.TenantField(on_delete=CASCADE, to="crm.tenant")),
    ]


GUARDED = {"base_manager_name": "whole_table"}


class Migration(AtOnce):
    dependencies = [("talent", "0011_merges"), ("crm", "0003_demo_filling")]

    operations = [
        migrations.CreateModel(
            "PoolGuest",
            row(
                ("pool", FK(on_delete=CASCADE, related_name="guests", to="talent.talentpool")),
                ("member", FK(on_delete=CASCADE, related_name="+", to="crm.member")),
            ),
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("tenant", "pool", "member"), name="pool_guest_once")],
            },
        ),
        migrations.CreateModel(
            "PoolStage",
            row(
                ("name", models.CharField(max_length=60)),
                ("position", models.PositiveSmallIntegerField()),
                ("pool", FK(on_delete=CASCADE, related_name="stages", to="talent.talentpool")),
            ),
            options={
                **GUARDED,
                "ordering": ["position", "pk"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "pool", "name"), name="pool_stage_name_once")
                ],
            },
        ),
        migrations.CreateModel(
            "PoolProposal",
            row(
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Unreviewed"), ("accepted", "Taken in"), ("declined", "Declined")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=120)),
                ("candidate", FK(on_delete=CASCADE, related_name="+", to="talent.candidate")),
                ("pool", FK(on_delete=CASCADE, related_name="proposals", to="talent.talentpool")),
            ),
            options={
                **GUARDED,
                "abstract": False,
                "indexes": [
                    models.Index(fields=["tenant", "pool", "state", "-proposed_at"], name="pool_proposal_by_state")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "pool", "candidate"), name="pool_proposal_once")
                ],
            },
        ),
        migrations.AlterModelOptions("talentpool", {"base_manager_name": "whole_table", "ordering": ["name"]}),
        migrations.AlterModelOptions(
            "poolmembership", {"base_manager_name": "whole_table", "ordering": ["-created_at"]}
        ),
        migrations.AddField(
            "talentpool",
            "visibility",
            models.CharField(
                choices=[
                    ("shared", "Everybody in the team"),
                    ("personal", "Only its owner"),
                    ("confidential", "Chosen colleagues"),
                ],
                default="shared",
                max_length=12,
            ),
        ),
        migrations.AddField(
            "talentpool",
            "fed_by",
            FK(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="fed_pools",
                to="talent.segment",
            ),
        ),
        migrations.RemoveConstraint("talentpool", "pool_name_once"),
        migrations.AddConstraint(
            "talentpool",
            models.UniqueConstraint(
                condition=models.Q(("visibility", "shared")), fields=("tenant", "name"), name="pool_name_once_shared"
            ),
        ),
        *[
            migrations.AlterModelManagers(
                name, [("objects", models.manager.Manager()), ("whole_table", models.manager.Manager())]
            )
            for name in ("talentpool", "poolstage", "poolmembership", "poolproposal")
        ],
        Unfence("PoolMembership"),
        migrations.RenameField("poolmembership", "stage", "word"),
        migrations.AddField(
            "poolmembership",
            "stage",
            FK(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="memberships",
                to="talent.poolstage",
            ),
        ),
        migrations.AddField("poolmembership", "moved_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "poolmembership", models.Index(fields=["tenant", "stage"], name="pool_membership_by_stage")
        ),
        Fence("TalentPool"),
        Fence("PoolGuest"),
        Fence("PoolStage"),
        Fence("PoolProposal"),
        Fence("PoolMembership"),
    ]
