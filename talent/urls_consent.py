"""Addresses of consent, bans on contact, exceptions and what is off limits."""

from __future__ import annotations

from django.urls import URLPattern, path

from talent.views import bans, consent, consent_settings, off_limits_settings

CONSENT: list[URLPattern] = [
    path("candidates/<uuid:pk>/consent/", consent.page, name="candidate-consent"),
    path("candidates/<uuid:pk>/consent/record/", consent.record, name="consent-record"),
    path("candidates/<uuid:pk>/ban/", bans.ban, name="candidate-ban"),
    path("candidates/<uuid:pk>/exception/", bans.except_person, name="candidate-exception"),
    path("bans/<uuid:pk>/lift/", bans.lift, name="ban-lift"),
    path("contact-exceptions/<uuid:pk>/end/", bans.end_exception, name="exception-end"),
    path("settings/consent/", consent_settings.listing, name="settings-consent"),
    path("settings/consent/<slug:purpose>/", consent_settings.purpose, name="settings-purpose"),
    path("settings/consent/<slug:purpose>/words/", consent_settings.word, name="settings-wording"),
    path("settings/off-limits/", off_limits_settings.listing, name="settings-off-limits"),
    path("settings/off-limits/<uuid:pk>/", off_limits_settings.edit, name="settings-off-limits-edit"),
    path("settings/off-limits/<uuid:pk>/lift/", off_limits_settings.lift, name="settings-off-limits-lift"),
    path("settings/off-limits/<uuid:pk>/restore/", off_limits_settings.restore, name="settings-off-limits-restore"),
]
