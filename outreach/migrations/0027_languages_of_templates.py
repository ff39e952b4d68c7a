"""Words of a template in other languages, and company templates that only administrators change."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0026_own_word_on_tracking"),
    ]

    operations = [
        migrations.AddField(
            model_name="messagetemplate",
            name="is_locked",
            field=models.BooleanField(
                default=False,
                help_text="Only administrators change it; everybody may use and copy it.",
                verbose_name="a company template",
            ),
        ),
        migrations.AddField(
            model_name="messagetemplate",
            name="language",
            field=models.CharField(blank=True, help_text="Of its own words: ISO 639-1; empty: not said.", max_length=2),
        ),
        migrations.CreateModel(
            name="TemplateTranslation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("language", models.CharField(help_text="ISO 639-1.", max_length=2)),
                ("subject", models.CharField(max_length=300)),
                ("body", models.TextField(max_length=20000)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "template",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="outreach.messagetemplate",
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "ordering": ["language"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "template", "language"), name="template_translation_once")
                ],
            },
        ),
        Fence("MessageTemplate"),
        Fence("TemplateTranslation"),
    ]
