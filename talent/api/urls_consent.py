"""Addresses of the API about consent, bans on contact, exceptions and what is off limits."""

from __future__ import annotations

from django.urls import URLPattern, path

from talent.api import bans, consents, off_limits

CONSENT: list[URLPattern] = [
    path("candidates/<uuid:pk>/consents/", consents.CandidateConsents.as_view(), name="candidate-consents"),
    path("candidates/<uuid:pk>/bans/", bans.BanList.as_view(), name="candidate-bans"),
    path("candidates/<uuid:pk>/contact-exceptions/", bans.ExceptionList.as_view(), name="candidate-exceptions"),
    path("bans/<uuid:pk>/", bans.BanDetail.as_view(), name="ban-detail"),
    path("contact-exceptions/<uuid:pk>/", bans.ExceptionDetail.as_view(), name="exception-detail"),
    path("consent-purposes/", consents.PurposeList.as_view(), name="purpose-list"),
    path("consent-purposes/<slug:purpose>/", consents.PurposeDetail.as_view(), name="purpose-detail"),
    path("consent-wordings/", consents.WordingList.as_view(), name="wording-list"),
    path("off-limits/", off_limits.OffLimitsList.as_view(), name="off-limits-list"),
    path("off-limits/<uuid:pk>/restore/", off_limits.OffLimitsRestore.as_view(), name="off-limits-restore"),
    path("off-limits/<uuid:pk>/", off_limits.OffLimitsDetail.as_view(), name="off-limits-detail"),
]
