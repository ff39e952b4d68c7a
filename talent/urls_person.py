"""Addresses of what describes one person, piece by piece."""

from __future__ import annotations

from django.urls import URLPattern, path

from talent.views import notes, person_parts, touchpoints

PERSON: list[URLPattern] = [
    path("candidates/<uuid:pk>/labels/", person_parts.set_labels, name="candidate-labels"),
    path("candidates/<uuid:pk>/sources/add/", person_parts.add_source, name="candidate-source-add"),
    path("candidates/<uuid:pk>/documents/add/", person_parts.add_document, name="document-add"),
    path("candidates/<uuid:pk>/photo/", person_parts.photo, name="candidate-photo"),
    path("candidates/<uuid:pk>/photo/put/", person_parts.put_photo, name="candidate-photo-put"),
    path("candidates/<uuid:pk>/photo/remove/", person_parts.remove_photo, name="candidate-photo-remove"),
    path("candidates/<uuid:pk>/notes/add/", notes.add, name="note-add"),
    path("notes/<uuid:pk>/", notes.detail, name="note-detail"),
    path("notes/<uuid:pk>/edit/", notes.edit, name="note-edit"),
    path("notes/<uuid:pk>/pin/", notes.pin, name="note-pin"),
    path("notes/<uuid:pk>/delete/", notes.delete, name="note-delete"),
    path("candidates/<uuid:pk>/touchpoints/add/", touchpoints.add, name="touchpoint-add"),
    path("touchpoints/<uuid:pk>/remove/", touchpoints.remove, name="touchpoint-remove"),
    path("candidate-skills/<uuid:pk>/", person_parts.measure, name="claim-edit"),
    path("contact-points/<uuid:pk>/edit/", person_parts.correct_point, name="contact-point-edit"),
    path("contact-points/<uuid:pk>/verify/", person_parts.verify_point, name="contact-point-verify"),
    path("documents/<uuid:pk>/replace/", person_parts.replace_document, name="document-replace"),
    path("documents/<uuid:pk>/remove/", person_parts.remove_document, name="document-remove"),
]
