"""Kinds of events that `sourcing` publishes. `data` is listed beside each."""

from __future__ import annotations

IMPORT_FINISHED = "import_finished"  # subject: the batch; counts by RowState
RESUME_READ = "resume_read"  # subject: the parsed document; created: is the person new
