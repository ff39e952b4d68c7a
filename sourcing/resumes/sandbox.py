"""Owns running the reader on a file from outside: another process, limits always, no network with bubblewrap."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import IO, Any, Literal

from sourcing.resumes import errors
from sourcing.resumes.limits import OUTPUT

WALL_SECONDS = 12.0
Kind = Literal["bubblewrap", "limits"]
_ROOT = Path(__file__).resolve().parents[2]
_MAIN = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from sourcing.resumes import limits; limits.apply(); "
    "from sourcing.resumes.child import main; main()"
)


@cache
def kind_in_force() -> Kind:
    """`bubblewrap` when it is installed and allowed to make namespaces here; asked once per process."""
    if shutil.which("bwrap") is None:
        return "limits"
    probe = subprocess.run(  # noqa: S603  (fixed arguments)
        [*_bubblewrap(), sys.executable, "-I", "-S", "-c", "pass"],
        capture_output=True,
        check=False,
        timeout=WALL_SECONDS,
    )
    return "bubblewrap" if probe.returncode == 0 else "limits"


def run(content: bytes, *, kind: Kind | None = None, seconds: float = WALL_SECONDS) -> dict[str, Any]:
    """What the child made of the file, as JSON data not yet checked for shape; raises a `ResumeError`."""
    wrapper = _bubblewrap() if (kind or kind_in_force()) == "bubblewrap" else []
    command = [*wrapper, sys.executable, "-I", "-B", "-c", _MAIN, str(_ROOT)]
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as taken:
        given.write(content)
        given.seek(0)
        code = _wait(command, given, taken, seconds)
        taken.seek(0)
        answer = taken.read(OUTPUT + 1)
    if not answer or code != 0 or len(answer) > OUTPUT:
        raise errors.TooMuchWork if code in _KILLED or len(answer) >= OUTPUT else errors.Damaged
    return _checked(answer)


_KILLED = {
    sign * number + base
    for number in (signal.SIGKILL, signal.SIGXCPU, signal.SIGXFSZ)
    for sign, base in ((-1, 0), (1, 128))
}


def _wait(command: list[str], given: IO[bytes], taken: IO[bytes], seconds: float) -> int:
    process = subprocess.Popen(  # noqa: S603  (fixed arguments; the file is standard input)
        command,
        stdin=given,
        stdout=taken,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
        start_new_session=True,
    )
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return -signal.SIGKILL
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _checked(answer: bytes) -> dict[str, Any]:
    try:
        data = json.loads(answer)
    except ValueError as error:
        raise errors.Damaged from error
    if not isinstance(data, dict) or set(data) not in ({"resume"}, {"error"}):
        raise errors.Damaged
    if "error" in data:
        raise errors.by_code(str(data["error"]))
    found = data["resume"]
    if not isinstance(found, dict):
        raise errors.Damaged
    return found


@cache
def _bubblewrap() -> list[str]:
    """No network, no home, no other process to see; the interpreter, its libraries and this package read-only."""
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--uid", "65534"]
    command += ["--gid", "65534", "--clearenv", "--setenv", "LC_ALL", "C.UTF-8", "--setenv", "PYTHONUTF8", "1"]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108  (a file system of its own)
    for path in _needed():
        command += ["--ro-bind", path, path]
    return [*command, "--chdir", "/"]


def _needed() -> list[str]:
    package = Path(__file__).resolve().parent
    paths = {"/usr", "/lib", "/lib64", "/lib32", "/etc/ld.so.cache", "/bin", sys.prefix, sys.base_prefix}
    paths |= {
        os.path.realpath(sys.prefix),
        os.path.realpath(sys.base_prefix),
        str(Path(sys.executable).resolve().parents[1]),
    }
    paths |= {str(package), str(package.parent / "__init__.py")}
    paths = {path for path in paths if Path(path).exists() and path != "/"}
    inside = {path for path in paths if any(other != path and path.startswith(other + "/") for other in paths)}
    return sorted(paths - inside)
