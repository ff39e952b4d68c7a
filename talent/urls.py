"""Addresses of the talent community's pages below `/o/<tenant>/`; their namespace is `talent`."""

from __future__ import annotations

from django.urls import URLPattern, path

from talent.urls_consent import CONSENT
from talent.urls_events import EVENTS
from talent.urls_lists import LISTS
from talent.urls_person import PERSON
from talent.urls_vocabulary import VOCABULARY
from talent.views import (
    candidate_list,
    candidate_parts,
    candidates,
    cells,
    engagement,
    files,
    history,
    job_process,
    jobs,
    merges,
    pool_board,
    pool_feed,
    pools,
    rediscovery,
    search,
    segment_placements,
    segment_watches,
    segments,
    silver,
    statements,
    suggestions,
    tasks,
)

SEGMENTS: list[URLPattern] = [
    path("segments/", segments.listing, name="segment-list"),
    path("segments/new/", segments.create, name="segment-new"),
    path("segments/preview/", segments.preview, name="segment-preview"),
    path("segments/<uuid:pk>/", segments.detail, name="segment-detail"),
    path("segments/<uuid:pk>/edit/", segments.edit, name="segment-edit"),
    path("segments/<uuid:pk>/then/", segments.then, name="segment-then"),
    path("segments/<uuid:pk>/explain/", segments.explain, name="segment-explain"),
    path("segments/<uuid:pk>/watch/", segment_watches.watch, name="segment-watch"),
    path("segments/<uuid:pk>/unwatch/", segment_watches.watch, {"is_on": False}, name="segment-unwatch"),
    path("segments/<uuid:pk>/place/", segment_placements.place, name="segment-place"),
    path(
        "segments/<uuid:pk>/placements/<uuid:person>/take-back/",
        segment_placements.take_back,
        name="segment-take-back",
    ),
    path("segments/<uuid:pk>/delete/", segments.delete, name="segment-delete"),
    path("suggestions/<slug:what>/", suggestions.suggest, name="suggest"),
]

PEOPLE: list[URLPattern] = [
    path("candidates/", candidate_list.listing_page, name="candidate-list"),
    path("candidates/filter/", candidate_list.filter_page, name="candidate-filter"),
    path("candidates/pick/", candidate_list.pick, name="candidate-pick"),
    path("candidates/<uuid:pk>/cells/<slug:field>/", cells.edit, name="candidate-cell"),
    path("candidates/cells/undo/<str:token>/", cells.take_back, name="cell-undo"),
    path("search/", search.page, name="search"),
    path("candidates/<uuid:pk>/similar/", rediscovery.people_like, name="candidate-similar"),
    path("rediscoveries/", rediscovery.listing, name="rediscovery-list"),
    path("rediscoveries/new/", rediscovery.new, name="rediscovery-new"),
    path("rediscoveries/<uuid:pk>/", rediscovery.detail, name="rediscovery-detail"),
    path("rediscoveries/<uuid:pk>/edit/", rediscovery.edit, name="rediscovery-edit"),
    path("rediscoveries/<uuid:pk>/run/", rediscovery.run, name="rediscovery-run"),
    path("rediscoveries/<uuid:pk>/delete/", rediscovery.delete, name="rediscovery-delete"),
    path("candidates/new/", candidates.new, name="candidate-new"),
    path("candidates/<uuid:pk>/", candidates.detail, name="candidate-detail"),
    path("candidates/<uuid:pk>/fresh/", candidates.fresh, name="candidate-fresh"),
    path("candidates/<uuid:pk>/peek/", candidates.peek, name="candidate-peek"),
    path("candidates/<uuid:pk>/edit/", candidates.edit, name="candidate-edit"),
    path("candidates/<uuid:pk>/delete/", candidates.delete, name="candidate-delete"),
    path("candidates/<uuid:pk>/contact-points/add/", candidate_parts.add_point, name="contact-point-add"),
    path("candidates/<uuid:pk>/employments/add/", history.add_employment, name="employment-add"),
    path("candidates/<uuid:pk>/educations/add/", history.add_education, name="education-add"),
    path("candidates/<uuid:pk>/pools/add/", candidate_parts.add_to_pool, name="candidate-pool-add"),
    path("contact-points/<uuid:pk>/remove/", candidate_parts.remove_point, name="contact-point-remove"),
    path("contact-points/<uuid:pk>/primary/", candidate_parts.make_primary, name="contact-point-primary"),
    path("employments/<uuid:pk>/edit/", history.edit_employment, name="employment-edit"),
    path("employments/<uuid:pk>/remove/", history.remove_employment, name="employment-remove"),
    path("educations/<uuid:pk>/edit/", history.edit_education, name="education-edit"),
    path("educations/<uuid:pk>/remove/", history.remove_education, name="education-remove"),
    path("files/<uuid:pk>/", files.download, name="file-download"),
]

POOLS: list[URLPattern] = [
    path("pools/", pools.listing, name="pool-list"),
    path("pools/new/", pools.new, name="pool-new"),
    path("pools/<uuid:pk>/", pools.detail, name="pool-detail"),
    path("pools/<uuid:pk>/edit/", pools.edit, name="pool-edit"),
    path("pools/<uuid:pk>/delete/", pools.delete, name="pool-delete"),
    path("pools/<uuid:pk>/add/", pools.add, name="pool-add"),
    path("pools/<uuid:pk>/board/", pool_board.board, name="pool-board"),
    path("pools/<uuid:pk>/sharing/", pool_board.sharing, name="pool-sharing"),
    path("pools/<uuid:pk>/stages/", pool_board.stages, name="pool-stages"),
    path("pools/<uuid:pk>/stages/copy/", pool_board.copy_stages, name="pool-stages-copy"),
    path("pools/<uuid:pk>/feed/", pool_feed.feed, name="pool-feed"),
    path("pools/<uuid:pk>/unreviewed/", pool_feed.unreviewed, name="pool-unreviewed"),
    path("pools/<uuid:pk>/accept/", pool_feed.accept, name="pool-accept"),
    path("pools/<uuid:pk>/decline/", pool_feed.decline, name="pool-decline"),
    path("pools/undo/<str:token>/", pools.undo, name="pool-undo"),
    path("pool-stages/<uuid:pk>/rename/", pool_board.rename_stage, name="pool-stage-rename"),
    path("pool-stages/<uuid:pk>/shift/<slug:way>/", pool_board.shift_stage, name="pool-stage-shift"),
    path("pool-stages/<uuid:pk>/remove/", pool_board.remove_stage, name="pool-stage-remove"),
    path("pool-members/<uuid:pk>/move/", pools.move, name="pool-member-move"),
    path("pool-members/<uuid:pk>/remove/", pools.remove, name="pool-member-remove"),
]

ENGAGEMENT: list[URLPattern] = [
    path("candidates/<uuid:pk>/engagement/", engagement.of_candidate, name="candidate-engagement"),
    path("settings/engagement/", engagement.settings, name="settings-engagement"),
    path("settings/engagement/preview/", engagement.preview, name="settings-engagement-preview"),
]

JOBS: list[URLPattern] = [
    path("jobs/", jobs.listing, name="job-list"),
    path("jobs/new/", jobs.new, name="job-new"),
    path("jobs/silver/", silver.segment, name="silver-segment"),
    path("jobs/<uuid:pk>/", jobs.detail, name="job-detail"),
    path("jobs/<uuid:pk>/edit/", jobs.edit, name="job-edit"),
    path("jobs/<uuid:pk>/rediscover/", rediscovery.for_job, name="job-rediscover"),
    path("jobs/<uuid:pk>/stages/", job_process.stages, name="job-stages"),
    path("settings/reasons/", job_process.reasons, name="settings-reasons"),
    path("process/<slug:kind>/<uuid:pk>/change/", job_process.change, name="process-change"),
    path("process/<slug:kind>/<uuid:pk>/retire/", job_process.retire, name="process-retire"),
    path("process/<slug:kind>/<uuid:pk>/shift/<slug:way>/", job_process.shift, name="process-shift"),
    path("jobs/<uuid:pk>/delete/", jobs.delete, name="job-delete"),
    path("jobs/<uuid:pk>/requirements/add/", jobs.require, name="requirement-add"),
    path("jobs/<uuid:pk>/applications/add/", jobs.add, name="application-add"),
    path("requirements/<uuid:pk>/remove/", jobs.no_longer_require, name="requirement-remove"),
    path("applications/undo/<str:token>/", jobs.take_back, name="application-take-back"),
    path("applications/<uuid:pk>/move/", jobs.move, name="application-move"),
    path("applications/<uuid:pk>/decide/", jobs.decide, name="application-decide"),
    path("applications/<uuid:pk>/reopen/", jobs.reopen, name="application-reopen"),
]

TASKS: list[URLPattern] = [
    path("tasks/", tasks.listing, name="task-list"),
    path("tasks/new/", tasks.new, name="task-new"),
    path("tasks/complete/", tasks.complete, name="task-complete"),
    path("tasks/undo/<str:token>/", tasks.take_back, name="task-take-back"),
    path("tasks/reopen/", tasks.reopen, name="task-reopen"),
    path("tasks/calendar/", tasks.calendar, name="task-calendar"),
    path("tasks/calendar/revoke/", tasks.revoke_calendar, name="task-calendar-revoke"),
    path("tasks/<uuid:pk>/", tasks.edit, name="task-edit"),
    path("tasks/<uuid:pk>/snooze/", tasks.snooze, name="task-snooze"),
    path("tasks/<uuid:pk>/delete/", tasks.delete, name="task-delete"),
]

MERGES: list[URLPattern] = [
    path("candidates/merge/", merges.chosen, name="merge-chosen"),
    path("candidates/<uuid:pk>/merge/", merges.choose, name="candidate-merge-choose"),
    path("candidates/<uuid:pk>/merge/<uuid:other>/", merges.compare, name="candidate-merge"),
    path("candidates/<uuid:pk>/not-same/<uuid:other>/", merges.not_same, name="candidate-not-same"),
    path("candidates/<uuid:pk>/may-be-same/<uuid:other>/", merges.may_be_same, name="candidate-may-be-same"),
    path("candidates/<uuid:pk>/merges/", merges.history, name="merge-list"),
    path("merges/<uuid:pk>/undo/", merges.undo, name="merge-undo"),
]

STATEMENTS: list[URLPattern] = [
    path("candidates/<uuid:pk>/facts/add/", statements.add_fact, name="fact-add"),
    path("candidates/<uuid:pk>/wishes/", statements.wishes, name="candidate-wishes"),
    path("candidates/<uuid:pk>/pause/", statements.pause, name="candidate-pause"),
    path("candidates/<uuid:pk>/resume/", statements.resume, name="candidate-resume"),
    path("pauses/undo/<str:token>/", statements.pause_undo, name="pause-undo"),
    path("candidates/<uuid:pk>/brief/", statements.brief, name="candidate-brief"),
    path("facts/<uuid:pk>/settle/", statements.settle_fact, name="fact-settle"),
]

urlpatterns = [
    *STATEMENTS,
    *MERGES,
    *PEOPLE,
    *POOLS,
    *JOBS,
    *EVENTS,
    *TASKS,
    *SEGMENTS,
    *ENGAGEMENT,
    *LISTS,
    *VOCABULARY,
    *PERSON,
    *CONSENT,
]
