"""Addresses of the API about what describes people, and about the words of the workspace."""

from __future__ import annotations

from django.urls import URLPattern, path

from talent.api import history, labels, notes, offered, own_labels, person, standing, touchpoints

PERSON: list[URLPattern] = [
    path("candidates/<uuid:pk>/employments/", history.EmploymentList.as_view(), name="employment-list"),
    path("candidates/<uuid:pk>/educations/", history.EducationList.as_view(), name="education-list"),
    path("employments/<uuid:pk>/", history.EmploymentDetail.as_view(), name="employment-detail"),
    path("educations/<uuid:pk>/", history.EducationDetail.as_view(), name="education-detail"),
    path("candidates/<uuid:pk>/skills/", person.ClaimList.as_view(), name="claim-list"),
    path("candidates/<uuid:pk>/facts/", person.FactList.as_view(), name="fact-list"),
    path("candidates/<uuid:pk>/preferences/", person.WishesDetail.as_view(), name="candidate-preferences"),
    path("candidates/<uuid:pk>/pause/", person.Pause.as_view(), name="candidate-pause"),
    path("candidates/<uuid:pk>/sources/", person.SourceList.as_view(), name="candidate-sources"),
    path("candidates/<uuid:pk>/contact-point-changes/", person.PointChangeList.as_view(), name="point-changes"),
    path("candidates/<uuid:pk>/labels/", person.PrivateLabels.as_view(), name="candidate-labels"),
    path("candidates/<uuid:pk>/documents/", person.DocumentList.as_view(), name="document-list"),
    path("candidates/<uuid:pk>/photo/", person.Photo.as_view(), name="candidate-photo"),
    path("candidates/<uuid:pk>/notes/", notes.NoteList.as_view(), name="note-list"),
    path("candidates/<uuid:pk>/touchpoints/", touchpoints.TouchpointList.as_view(), name="touchpoint-list"),
    path("touchpoints/<uuid:pk>/", touchpoints.TouchpointDetail.as_view(), name="touchpoint-detail"),
    path("notes/<uuid:pk>/", notes.NoteDetail.as_view(), name="note-detail"),
    path("candidate-skills/<uuid:pk>/", person.ClaimDetail.as_view(), name="claim-detail"),
    path("facts/<uuid:pk>/", person.FactDetail.as_view(), name="fact-detail"),
    path("candidates/<uuid:pk>/pools/", standing.PoolsOf.as_view(), name="candidate-pools"),
    path("candidates/<uuid:pk>/segments/", standing.SegmentsOf.as_view(), name="candidate-segments"),
    path("candidates/<uuid:pk>/applications/", standing.ApplicationsOf.as_view(), name="candidate-applications"),
    path("candidates/<uuid:pk>/provenance/", standing.ProvenanceOf.as_view(), name="candidate-provenance"),
    path("documents/<uuid:pk>/file/", person.DocumentFile.as_view(), name="document-file"),
    path("documents/<uuid:pk>/", person.DocumentDetail.as_view(), name="document-detail"),
]

VOCABULARY: list[URLPattern] = [
    path("tags/", labels.TagList.as_view(), name="tag-list"),
    path("tags/<uuid:pk>/", labels.TagDetail.as_view(), name="tag-detail"),
    path("tags/<uuid:pk>/merge/", labels.TagMerge.as_view(), name="tag-merge"),
    path("skills/", labels.SkillList.as_view(), name="skill-list"),
    path("skills/<uuid:pk>/", labels.SkillDetail.as_view(), name="skill-detail"),
    path("skills/<uuid:pk>/merge/", labels.SkillMerge.as_view(), name="skill-merge"),
    path("labels/", own_labels.LabelList.as_view(), name="label-list"),
    path("labels/undo/", own_labels.LabelBack.as_view(), name="label-back"),
    path("labels/<uuid:pk>/", own_labels.LabelDetail.as_view(), name="label-detail"),
    path("rule-fields/", offered.RuleFields.as_view(), name="rule-fields"),
    path("sources/", offered.Sources.as_view(), name="source-list"),
    path("label-undo/", labels.LabelUndo.as_view(), name="label-undo"),
    path("fields/", labels.FieldList.as_view(), name="field-list"),
    path("fields/<uuid:pk>/", labels.FieldDetail.as_view(), name="field-detail"),
]
