"""Addresses of the talent community's API below `/o/<tenant>/api/v1/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from talent.api import (
    candidates,
    engagement,
    job_process,
    job_requirements,
    jobs,
    merges,
    pool_parts,
    pools,
    rediscovery,
    search,
    segment_placements,
    segment_story,
    segment_watches,
    segments,
    task_calendar,
    tasks,
)
from talent.api.urls_consent import CONSENT
from talent.api.urls_events import EVENTS
from talent.api.urls_lists import LISTS
from talent.api.urls_person import PERSON, VOCABULARY

SEGMENTS: list[URLPattern] = [
    path("segments/", segments.SegmentList.as_view(), name="segment-list"),
    path("segments/preview/", segments.SegmentPreview.as_view(), name="segment-preview"),
    path("segments/recipes/", segment_story.Recipes.as_view(), name="segment-recipes"),
    path("segments/silver-medallists/", segment_story.SilverMedallists.as_view(), name="silver-segment"),
    path("segments/<uuid:pk>/story/", segment_story.SegmentStory.as_view(), name="segment-story"),
    path("segments/<uuid:pk>/intervals/", segment_story.SegmentIntervals.as_view(), name="segment-intervals"),
    path("segments/<uuid:pk>/", segments.SegmentDetail.as_view(), name="segment-detail"),
    path("segments/<uuid:pk>/members/", segments.SegmentMembers.as_view(), name="segment-members"),
    path("segments/<uuid:pk>/watch/", segment_watches.SegmentWatched.as_view(), name="segment-watch"),
    path("segments/<uuid:pk>/placements/", segment_placements.SegmentPlacements.as_view(), name="segment-placements"),
    path(
        "segments/<uuid:pk>/placements/<uuid:person>/",
        segment_placements.SegmentPlacementDetail.as_view(),
        name="segment-placement",
    ),
    path("segments/<uuid:pk>/diff/", segments.SegmentDiff.as_view(), name="segment-diff"),
    path("segments/<uuid:pk>/then/", segments.SegmentThen.as_view(), name="segment-then"),
    path("segments/<uuid:pk>/explain/", segments.SegmentExplain.as_view(), name="segment-explain"),
]

PEOPLE: list[URLPattern] = [
    path("candidates/<uuid:pk>/similar/", rediscovery.SimilarPeople.as_view(), name="candidate-similar"),
    path("rediscoveries/", rediscovery.RediscoveryList.as_view(), name="rediscovery-list"),
    path("rediscoveries/<uuid:pk>/", rediscovery.RediscoveryDetail.as_view(), name="rediscovery-detail"),
    path("rediscoveries/<uuid:pk>/run/", rediscovery.RediscoveryRun.as_view(), name="rediscovery-run"),
    path("rediscoveries/<uuid:pk>/findings/", rediscovery.RediscoveryFindings.as_view(), name="rediscovery-findings"),
    path("search/", search.Search.as_view(), name="search"),
    path("candidates/", candidates.CandidateList.as_view(), name="candidate-list"),
    path("candidates/<uuid:pk>/", candidates.CandidateDetail.as_view(), name="candidate-detail"),
    path("candidates/<uuid:pk>/contact-points/", candidates.ContactPointList.as_view(), name="contact-point-list"),
    path("contact-points/<uuid:pk>/", candidates.ContactPointDetail.as_view(), name="contact-point-detail"),
    path("jobs/", jobs.JobList.as_view(), name="job-list"),
    path("jobs/<uuid:pk>/", jobs.JobDetail.as_view(), name="job-detail"),
    path("jobs/<uuid:pk>/applications/", jobs.JobApplications.as_view(), name="job-applications"),
    path("jobs/<uuid:pk>/requirements/", job_requirements.RequirementList.as_view(), name="job-requirements"),
    path("requirements/<uuid:pk>/", job_requirements.RequirementDetail.as_view(), name="requirement-detail"),
    path("applications/<uuid:pk>/", jobs.ApplicationDetail.as_view(), name="application-detail"),
    path("jobs/<uuid:pk>/stages/", job_process.JobStages.as_view(), name="job-stages"),
    path("application-stages/<uuid:pk>/", job_process.JobStageDetail.as_view(), name="application-stage"),
    path("disposition-reasons/", job_process.DispositionReasons.as_view(), name="disposition-reasons"),
    path("disposition-reasons/<uuid:pk>/", job_process.DispositionReasonDetail.as_view(), name="disposition-reason"),
    path("tasks/", tasks.TaskList.as_view(), name="task-list"),
    path("tasks/complete/", tasks.TaskComplete.as_view(), name="task-complete"),
    path("tasks/undo/", tasks.TaskUndo.as_view(), name="task-undo"),
    path("tasks/calendar/", task_calendar.TaskCalendar.as_view(), name="task-calendar"),
    path("tasks/<uuid:pk>/", tasks.TaskDetail.as_view(), name="task-detail"),
    path("pools/", pools.PoolList.as_view(), name="pool-list"),
    path("pools/<uuid:pk>/", pools.PoolDetail.as_view(), name="pool-detail"),
    path("pools/<uuid:pk>/members/", pools.PoolMembers.as_view(), name="pool-members"),
    path("pools/<uuid:pk>/sharing/", pools.PoolSharing.as_view(), name="pool-sharing"),
    path("pools/<uuid:pk>/stages/", pool_parts.StageList.as_view(), name="pool-stages"),
    path("pools/<uuid:pk>/proposals/", pool_parts.ProposalList.as_view(), name="pool-proposals"),
    path("pools/<uuid:pk>/stages/copy/", pool_parts.StageCopy.as_view(), name="pool-stages-copy"),
    path("pools/undo/", pool_parts.PoolUndo.as_view(), name="pool-undo"),
    path("pool-stages/<uuid:pk>/", pool_parts.StageDetail.as_view(), name="pool-stage-detail"),
    path("pool-members/<uuid:pk>/", pools.PoolMemberDetail.as_view(), name="pool-member-detail"),
]

MERGES: list[URLPattern] = [
    path("candidates/<uuid:pk>/merge/<uuid:other>/", merges.Merge.as_view(), name="candidate-merge"),
    path("candidates/<uuid:pk>/duplicates/", merges.Duplicates.as_view(), name="candidate-duplicates"),
    path("candidates/<uuid:pk>/not-same/<uuid:other>/", merges.NotSame.as_view(), name="candidate-not-same"),
    path("candidates/<uuid:pk>/merges/", merges.MergeList.as_view(), name="merge-list"),
    path("merges/<uuid:pk>/", merges.MergeDetail.as_view(), name="merge-detail"),
    path("merges/<uuid:pk>/undo/", merges.MergeUndo.as_view(), name="merge-undo"),
]

ENGAGEMENT: list[URLPattern] = [
    path("candidates/<uuid:pk>/engagement/", engagement.CandidateEngagement.as_view(), name="candidate-engagement"),
    path("engagement/weights/preview/", engagement.EngagementPreview.as_view(), name="engagement-preview"),
    path("engagement/weights/versions/", engagement.EngagementVersions.as_view(), name="engagement-versions"),
    path("engagement/weights/", engagement.EngagementWeightsDetail.as_view(), name="engagement-weights"),
]

urlpatterns = [*LISTS, *MERGES, *EVENTS, *PEOPLE, *SEGMENTS, *ENGAGEMENT, *PERSON, *VOCABULARY, *CONSENT]
