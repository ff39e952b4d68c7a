"""What describes a person: how well they do things, what we want to know besides, what they told us."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0003_demo_filling"),
        ("talent", "0004_last_two_way"),
    ]

    operations = [
        migrations.CreateModel(
            name="CandidateFact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("fact", "Fact"), ("promise", "Promise"), ("question", "Open question")],
                        default="fact",
                        max_length=8,
                    ),
                ),
                ("text", models.CharField(max_length=280)),
                ("stated_on", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "settled_at",
                    models.DateTimeField(
                        blank=True, help_text="When a promise was kept, a question answered.", null=True
                    ),
                ),
                ("subject_type", models.CharField(blank=True, max_length=40)),
                ("subject_id", models.UUIDField(blank=True, null=True)),
                (
                    "origin",
                    models.CharField(
                        help_text="Who wrote it down, or what it was read from, in words.", max_length=120
                    ),
                ),
            ],
            options={
                "ordering": ["-stated_on", "-id"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CandidateLabel",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["label__name"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ContactPointChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("added", "Added"),
                            ("changed", "Changed"),
                            ("removed", "Removed"),
                            ("primary", "Made the primary one"),
                            ("verified", "Verified"),
                            ("bounced", "Bounced"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("phone", "Phone"),
                            ("linkedin", "LinkedIn"),
                            ("github", "GitHub"),
                            ("website", "Website"),
                        ],
                        max_length=12,
                    ),
                ),
                ("value", models.CharField(max_length=320)),
                ("was", models.CharField(blank=True, max_length=320)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=120)),
            ],
            options={
                "ordering": ["-changed_at", "-id"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ContactPreference",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("email", "E-mail"),
                            ("phone", "Phone call"),
                            ("text", "Text message"),
                            ("linkedin", "LinkedIn"),
                        ],
                        max_length=8,
                    ),
                ),
                ("hours_from", models.TimeField(blank=True, help_text="In the person's own time zone.", null=True)),
                ("hours_until", models.TimeField(blank=True, null=True)),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        help_text="ISO 8601: 1 Monday.",
                        size=None,
                    ),
                ),
                ("language", models.CharField(blank=True, help_text="ISO 639-1.", max_length=2)),
                (
                    "address",
                    models.CharField(
                        blank=True,
                        choices=[("first_name", "By first name"), ("formal", "Formally")],
                        max_length=10,
                        verbose_name="form of address",
                    ),
                ),
                ("pronouns", models.CharField(blank=True, max_length=40)),
                (
                    "paused_until",
                    models.DateField(
                        blank=True, help_text="They asked not to hear from us before that day.", null=True
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("updated_by", models.CharField(max_length=120)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hours_from", None), ("hours_until", None)),
                            ("hours_until__gt", models.F("hours_from")),
                            _connector="OR",
                        ),
                        name="contact_preference_hours",
                    )
                ],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="FieldDefinition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("name", models.CharField(max_length=60)),
                (
                    "key",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9_]{0,39}$",
                                "Use small letters, digits and underscores; begin with a letter.",
                            )
                        ],
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("number", "Number"),
                            ("date", "Date"),
                            ("boolean", "Yes or no"),
                            ("choice", "One of a list"),
                            ("choices", "Several of a list"),
                            ("url", "Web address"),
                        ],
                        max_length=8,
                    ),
                ),
                ("help_text", models.CharField(blank=True, max_length=200)),
                ("is_required", models.BooleanField(default=False)),
                ("minimum", models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True)),
                ("maximum", models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True)),
                ("earliest", models.DateField(blank=True, null=True)),
                ("latest", models.DateField(blank=True, null=True)),
                (
                    "pattern",
                    models.CharField(
                        blank=True, help_text="A regular expression that the whole text fits.", max_length=200
                    ),
                ),
                (
                    "choices",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                    ),
                ),
                (
                    "view_roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("owner", "Owner"),
                                ("admin", "Admin"),
                                ("recruiter", "Recruiter"),
                                ("hiring_manager", "Hiring manager"),
                                ("viewer", "Viewer"),
                            ],
                            max_length=16,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "edit_roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("owner", "Owner"),
                                ("admin", "Admin"),
                                ("recruiter", "Recruiter"),
                                ("hiring_manager", "Hiring manager"),
                                ("viewer", "Viewer"),
                            ],
                            max_length=16,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["position", "name"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="FieldValue",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("text", models.CharField(max_length=500, null=True)),
                (
                    "texts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), null=True, size=None
                    ),
                ),
                ("number", models.DecimalField(decimal_places=6, max_digits=20, null=True)),
                ("day", models.DateField(null=True)),
                ("flag", models.BooleanField(null=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("text__isnull", False),
                            ("texts__isnull", False),
                            ("number__isnull", False),
                            ("day__isnull", False),
                            ("flag__isnull", False),
                            _connector="OR",
                        ),
                        name="field_value_says_something",
                    )
                ],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="PrivateLabel",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("name", models.CharField(max_length=40)),
            ],
            options={
                "ordering": ["name"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SkillAlias",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("name", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=80)),
            ],
            options={
                "verbose_name_plural": "skill aliases",
                "ordering": ["name"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SourceTouch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("touched_at", models.DateTimeField()),
                (
                    "detail",
                    models.CharField(
                        blank=True, help_text="The file, the form, the colleague, in words.", max_length=200
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "source touches",
                "ordering": ["touched_at", "id"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="candidateskill",
            name="asserted_by",
            field=models.CharField(blank=True, help_text="Who says so, in words.", max_length=120),
        ),
        migrations.AddField(
            model_name="candidateskill",
            name="cefr",
            field=models.SmallIntegerField(
                blank=True,
                choices=[(1, "A1"), (2, "A2"), (3, "B1"), (4, "B2"), (5, "C1"), (6, "C2"), (7, "Native")],
                null=True,
                verbose_name="CEFR level",
            ),
        ),
        migrations.AddField(
            model_name="candidateskill",
            name="document",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="talent.document",
            ),
        ),
        migrations.AddField(
            model_name="candidateskill",
            name="level",
            field=models.SmallIntegerField(
                blank=True, choices=[(1, "Basic"), (2, "Working knowledge"), (3, "Advanced"), (4, "Expert")], null=True
            ),
        ),
        migrations.AddField(
            model_name="candidateskill",
            name="line",
            field=models.PositiveIntegerField(blank=True, help_text="Line of the document's text, from 1.", null=True),
        ),
        migrations.AddField(
            model_name="candidateskill",
            name="years",
            field=models.FloatField(blank=True, help_text="Years of practice.", null=True),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="use",
            field=models.CharField(blank=True, choices=[("work", "Work"), ("private", "Private")], max_length=8),
        ),
        migrations.AddField(
            model_name="document",
            name="original",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="versions",
                to="talent.document",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="replaced_at",
            field=models.DateTimeField(blank=True, help_text="When a newer version took its place.", null=True),
        ),
        migrations.AddField(
            model_name="document",
            name="version",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="skill",
            name="kind",
            field=models.CharField(
                choices=[
                    ("technical", "Technical"),
                    ("language", "Language"),
                    ("domain", "Domain"),
                    ("soft", "Soft skill"),
                    ("certificate", "Certificate"),
                ],
                default="technical",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="skill",
            name="parent",
            field=crm.tenancy.models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="children",
                to="talent.skill",
            ),
        ),
        migrations.AlterField(
            model_name="candidateskill",
            name="evidence",
            field=models.CharField(blank=True, help_text="The words it rests on.", max_length=300),
        ),
        migrations.AddIndex(
            model_name="candidateskill",
            index=models.Index(
                fields=["tenant", "skill", "level", "years", "candidate"], name="candidate_skill_by_level"
            ),
        ),
        migrations.AddIndex(
            model_name="candidateskill",
            index=models.Index(fields=["tenant", "skill", "cefr", "candidate"], name="candidate_skill_by_cefr"),
        ),
        migrations.AddConstraint(
            model_name="candidateskill",
            constraint=models.CheckConstraint(
                condition=models.Q(("years", None), models.Q(("years__gte", 0), ("years__lte", 80)), _connector="OR"),
                name="candidate_skill_years",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(fields=("tenant", "original", "version"), name="document_version_once"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                condition=models.Q(("original__isnull", False), ("replaced_at", None)),
                fields=("tenant", "original"),
                name="document_one_current",
            ),
        ),
        migrations.AddConstraint(
            model_name="skill",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("id")), _negated=True), name="skill_not_its_own_parent"
            ),
        ),
        migrations.AddField(
            model_name="candidatefact",
            name="candidate",
            field=crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="facts", to="talent.candidate"
            ),
        ),
        migrations.AddField(
            model_name="candidatefact",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddField(
            model_name="candidatelabel",
            name="candidate",
            field=crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="private_labels", to="talent.candidate"
            ),
        ),
        migrations.AddField(
            model_name="candidatelabel",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddField(
            model_name="contactpointchange",
            name="candidate",
            field=crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="contact_point_changes", to="talent.candidate"
            ),
        ),
        migrations.AddField(
            model_name="contactpointchange",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddField(
            model_name="contactpreference",
            name="candidate",
            field=crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="preferences", to="talent.candidate"
            ),
        ),
        migrations.AddField(
            model_name="contactpreference",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddField(
            model_name="fielddefinition",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddField(
            model_name="fieldvalue",
            name="candidate",
            field=crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="field_values", to="talent.candidate"
            ),
        ),
        migrations.AddField(
            model_name="fieldvalue",
            name="definition",
            field=crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="values", to="talent.fielddefinition"
            ),
        ),
        migrations.AddField(
            model_name="fieldvalue",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddField(
            model_name="privatelabel",
            name="member",
            field=crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.member"
            ),
        ),
        migrations.AddField(
            model_name="privatelabel",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddField(
            model_name="candidatelabel",
            name="label",
            field=crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="candidates", to="talent.privatelabel"
            ),
        ),
        migrations.AddField(
            model_name="skillalias",
            name="skill",
            field=crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="aliases", to="talent.skill"
            ),
        ),
        migrations.AddField(
            model_name="skillalias",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddField(
            model_name="sourcetouch",
            name="candidate",
            field=crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="source_touches", to="talent.candidate"
            ),
        ),
        migrations.AddField(
            model_name="sourcetouch",
            name="source",
            field=crm.tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="touches", to="talent.source"
            ),
        ),
        migrations.AddField(
            model_name="sourcetouch",
            name="tenant",
            field=crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
        ),
        migrations.AddIndex(
            model_name="candidatefact",
            index=models.Index(fields=["tenant", "candidate", "-stated_on"], name="candidate_fact_by_person"),
        ),
        migrations.AddIndex(
            model_name="contactpointchange",
            index=models.Index(fields=["tenant", "candidate", "-changed_at"], name="point_change_by_person"),
        ),
        migrations.AddIndex(
            model_name="contactpreference",
            index=models.Index(
                condition=models.Q(("paused_until__isnull", False)),
                fields=["tenant", "paused_until"],
                name="preference_by_pause",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpreference",
            constraint=models.UniqueConstraint(fields=("tenant", "candidate"), name="contact_preference_once"),
        ),
        migrations.AddConstraint(
            model_name="fielddefinition",
            constraint=models.UniqueConstraint(fields=("tenant", "key"), name="field_key_once"),
        ),
        migrations.AddConstraint(
            model_name="fielddefinition",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="field_name_once"),
        ),
        migrations.AddIndex(
            model_name="fieldvalue",
            index=models.Index(
                condition=models.Q(("text__isnull", False)),
                fields=["tenant", "definition", "text", "candidate"],
                name="field_value_by_text",
            ),
        ),
        migrations.AddIndex(
            model_name="fieldvalue",
            index=models.Index(
                condition=models.Q(("number__isnull", False)),
                fields=["tenant", "definition", "number", "candidate"],
                name="field_value_by_number",
            ),
        ),
        migrations.AddIndex(
            model_name="fieldvalue",
            index=models.Index(
                condition=models.Q(("day__isnull", False)),
                fields=["tenant", "definition", "day", "candidate"],
                name="field_value_by_day",
            ),
        ),
        migrations.AddIndex(
            model_name="fieldvalue",
            index=models.Index(
                condition=models.Q(("flag__isnull", False)),
                fields=["tenant", "definition", "flag", "candidate"],
                name="field_value_by_flag",
            ),
        ),
        migrations.AddIndex(
            model_name="fieldvalue",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("texts__isnull", False)),
                fields=["tenant", "definition", "texts"],
                name="field_value_by_texts",
            ),
        ),
        migrations.AddIndex(
            model_name="fieldvalue",
            index=django.contrib.postgres.indexes.GinIndex(
                models.F("tenant"),
                models.F("definition"),
                django.contrib.postgres.indexes.OpClass(
                    models.Func(models.F("text"), function="app.plain"), "gin_trgm_ops"
                ),
                condition=models.Q(("text__isnull", False)),
                name="field_value_by_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldvalue",
            constraint=models.UniqueConstraint(fields=("tenant", "candidate", "definition"), name="field_value_once"),
        ),
        migrations.AddConstraint(
            model_name="privatelabel",
            constraint=models.UniqueConstraint(fields=("tenant", "member", "name"), name="private_label_once"),
        ),
        migrations.AddIndex(
            model_name="candidatelabel",
            index=models.Index(fields=["tenant", "candidate"], name="candidate_label_by_person"),
        ),
        migrations.AddConstraint(
            model_name="candidatelabel",
            constraint=models.UniqueConstraint(fields=("tenant", "label", "candidate"), name="candidate_label_once"),
        ),
        migrations.AddConstraint(
            model_name="skillalias",
            constraint=models.UniqueConstraint(fields=("tenant", "key"), name="skill_alias_key_once"),
        ),
        migrations.AddIndex(
            model_name="sourcetouch",
            index=models.Index(fields=["tenant", "candidate", "touched_at"], name="source_touch_by_person"),
        ),
        migrations.AddIndex(
            model_name="sourcetouch",
            index=models.Index(fields=["tenant", "source", "candidate"], name="source_touch_by_source"),
        ),
        Fence("Skill"),
        Fence("SkillAlias"),
        Fence("CandidateSkill"),
        Fence("Document"),
        Fence("ContactPoint"),
        Fence("ContactPointChange"),
        Fence("FieldDefinition"),
        Fence("FieldValue"),
        Fence("PrivateLabel"),
        Fence("CandidateLabel"),
        Fence("CandidateFact"),
        Fence("ContactPreference"),
        Fence("SourceTouch"),
    ]
