"""Makes `.venv` with the locked dependencies. Runs on the system's Python: stands alone, keeps to old syntax."""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
LOCK = os.path.join(ROOT, "requirements.lock")
STAMP = os.path.join(VENV, "rapport-lock")
OLDEST = (3, 11)
KNOWN = ("python3.13", "python3.12", "python3.11", "python3.14")
ROOM_NEEDED_MB = 1500


def main() -> None:
    """Bring `.venv` in line with requirements.lock; do nothing, quickly, when it already is."""
    if os.name != "posix":
        fail("Rapport runs on Linux and macOS. On Windows, use it inside WSL.")
    use_new_enough_python()
    with open(LOCK, "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two of us at once: the second finds the work done
        wanted = hashlib.sha256(lock.read()).hexdigest()
        if not is_current(wanted):
            require_room()
            make_venv()
            install()
            with open(STAMP, "w") as stamp:
                stamp.write(wanted)


def use_new_enough_python() -> None:
    """Go on with a newer Python from PATH when this one is too old."""
    if sys.version_info[:2] >= OLDEST:
        return
    for name in KNOWN:
        found = shutil.which(name)
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:  # noqa: S603  # no shim
            os.execv(found, [found, "-I", os.path.abspath(__file__)])  # noqa: S606
    told = ".".join(map(str, sys.version_info[:3]))
    fail(
        "Rapport needs Python 3.11 or newer; this is Python " + told + " (" + sys.executable + "). "
        "Install one and run: make PYTHON=/path/to/python3 run"
    )


def is_current(wanted: str) -> bool:
    try:
        with open(STAMP) as stamp:
            if stamp.read() != wanted:
                return False
    except OSError:
        return False
    return run([VENV_PYTHON, "-c", ""]).returncode == 0  # the Python it was made from may be gone


def require_room() -> None:
    free = shutil.disk_usage(ROOT).free // 2**20
    if free < ROOM_NEEDED_MB:
        fail(f"The disk of {ROOT} has {free} MB left; the dependencies need {ROOM_NEEDED_MB} MB.")


def make_venv() -> None:
    if os.path.exists(VENV_PYTHON) and run([VENV_PYTHON, "-m", "pip", "--version"]).returncode == 0:
        return
    say(f"Making .venv with Python {sys.version.split()[0]}")
    own_pip = importlib.util.find_spec("ensurepip") is not None
    arguments = [] if own_pip else ["--without-pip"]
    done = run([sys.executable, "-m", "venv", "--clear", *arguments, VENV])
    if done.returncode != 0 and own_pip:
        done = run([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV])
    if done.returncode != 0:
        fail(
            "Python could not make a virtual environment in .venv: " + last_line(done) + " On Debian and Ubuntu, the "
            "package python3-venv may be missing."
        )


def install() -> None:
    say("Installing the locked dependencies (under a minute)")
    command = [
        *pip(),
        "install",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--no-compile",  # only what is imported gets compiled, when it is
        "--no-deps",  # the lock is complete
        "--require-hashes",
        "--requirement",
        LOCK,
    ]
    done = run(command)
    if done.returncode != 0:
        sys.stderr.write(done.stderr)
        fail("pip could not install the dependencies: " + last_line(done))


def pip() -> "list[str]":
    """pip of the virtual environment, or the system's where ensurepip is missing."""
    if run([VENV_PYTHON, "-m", "pip", "--version"]).returncode == 0:
        return [VENV_PYTHON, "-m", "pip"]
    if run([sys.executable, "-m", "pip", "--python", VENV_PYTHON, "--version"]).returncode == 0:
        return [sys.executable, "-m", "pip", "--python", VENV_PYTHON]
    fail(
        "This Python (" + sys.executable + ") comes without pip and ensurepip. "
        "On Debian and Ubuntu: apt install python3-venv. On others, install the package of pip for Python 3."
    )
    raise AssertionError


def run(command: "list[str]") -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))


def last_line(done: "subprocess.CompletedProcess[str]") -> str:
    told = [line for line in (done.stdout + done.stderr).splitlines() if line.strip() and "WARNING" not in line]
    return told[-1].strip() if told else "it said nothing."


def say(sentence: str) -> None:
    print("rapport: " + sentence, file=sys.stderr, flush=True)  # noqa: T201


def fail(sentence: str) -> None:
    say(sentence)
    raise SystemExit(1)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        fail(f"{error.filename or ROOT}: {error.strerror}")
    except KeyboardInterrupt:
        raise SystemExit(130) from None
