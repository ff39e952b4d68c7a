"""Addresses of the settings about words: skills, tags, private labels, custom fields."""

from __future__ import annotations

from django.urls import URLPattern, path

from talent.views import field_settings, skill_settings, tag_settings

VOCABULARY: list[URLPattern] = [
    path("settings/skills/", skill_settings.listing, name="settings-skills"),
    path("settings/skills/<uuid:pk>/", skill_settings.detail, name="settings-skill"),
    path("settings/skills/<uuid:pk>/rename/", skill_settings.rename, name="settings-skill-rename"),
    path("settings/skills/<uuid:pk>/alias/", skill_settings.add_alias, name="settings-skill-alias"),
    path("settings/skills/<uuid:pk>/merge/", skill_settings.merge, name="settings-skill-merge"),
    path("settings/skills/<uuid:pk>/delete/", skill_settings.delete, name="settings-skill-delete"),
    path("settings/skill-aliases/<uuid:pk>/remove/", skill_settings.remove_alias, name="settings-alias-remove"),
    path("settings/tags/", tag_settings.listing, name="settings-tags"),
    path("settings/tags/<uuid:pk>/", tag_settings.detail, name="settings-tag"),
    path("settings/tags/<uuid:pk>/merge/", tag_settings.merge, name="settings-tag-merge"),
    path("settings/tags/<uuid:pk>/delete/", tag_settings.delete, name="settings-tag-delete"),
    path("settings/vocabulary/undo/<str:token>/", skill_settings.undo, name="vocabulary-undo"),
    path("settings/labels/", tag_settings.labels, name="label-list"),
    path("settings/labels/undo/<str:token>/", tag_settings.undo_label, name="label-undo"),
    path("settings/labels/<uuid:pk>/rename/", tag_settings.rename_label, name="label-rename"),
    path("settings/labels/<uuid:pk>/delete/", tag_settings.delete_label, name="label-delete"),
    path("settings/fields/", field_settings.listing, name="settings-fields"),
    path("settings/fields/new/", field_settings.new, name="settings-field-new"),
    path("settings/fields/<uuid:pk>/", field_settings.edit, name="settings-field"),
    path("settings/fields/<uuid:pk>/archive/", field_settings.archive, name="settings-field-archive"),
    path("settings/fields/<uuid:pk>/restore/", field_settings.restore, name="settings-field-restore"),
]
