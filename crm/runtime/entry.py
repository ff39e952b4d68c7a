"""What every entry point does first: read the environment and see that its servers run."""

import sys
from collections.abc import Sequence

from crm.runtime import environment
from crm.runtime.problems import Problem

NEEDS_NO_SERVER = frozenset({"check_templates", "spectacular", "makemessages", "compilemessages", "help", "--version"})


def prepare_process(argv: Sequence[str] = ()) -> None:
    """Start the embedded servers where the environment names no others; end with a sentence when that fails."""
    if len(argv) > 1 and argv[1] in NEEDS_NO_SERVER:
        return
    try:
        environment.ensure_servers(environment.load())
    except Problem as problem:
        sys.exit(str(problem))
