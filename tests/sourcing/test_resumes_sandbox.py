"""Files made to do harm end in a sentence within the limits, and never in the parent."""

import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sourcing.resumes import errors, sandbox
from tests.sourcing import resume_files as files

DEEP = b"<a>" * 400 + b"</a>" * 400
LAUGHS = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">]><a>&b;</a>'
# Made when it is their turn: some take a second.
HARMFUL: dict[str, tuple[Callable[[], bytes], type[errors.ResumeError]]] = {
    "bomb": (lambda: files.docx(document=b"<a>" + b" " * (61 * 1024 * 1024)), errors.Unsafe),
    "many entries": (lambda: files.docx(extra=tuple((f"x{n}", b"") for n in range(2_000))), errors.Unsafe),
    "climbing name": (lambda: files.docx(extra=(("../../etc/passwd", b"x"),)), errors.Unsafe),
    "absolute name": (lambda: files.docx(extra=(("/etc/passwd", b"x"),)), errors.Unsafe),
    "deep xml": (lambda: files.docx(document=DEEP), errors.Unsafe),
    "entities": (lambda: files.docx(document=LAUGHS), errors.Damaged),
    "archive in archive": (lambda: files.packed(("cv.docx", files.docx())), errors.NotWord),
    "endless form": (lambda: files.endless_pdf(), errors.ResumeError),
    "flate bomb": (lambda: files.flate_bomb(700), errors.TooMuchWork),
}


@pytest.fixture(params=["limits", "bubblewrap"])
def kind(request: pytest.FixtureRequest) -> sandbox.Kind:
    if request.param == "bubblewrap" and sandbox.kind_in_force() != "bubblewrap":
        pytest.skip("bubblewrap is not installed or not allowed here")
    return request.param


@pytest.mark.parametrize(("make", "refusal"), HARMFUL.values(), ids=HARMFUL.keys())
def test_run_refuses_harmful_files_in_time(
    kind: sandbox.Kind, make: Callable[[], bytes], refusal: type[errors.ResumeError]
) -> None:
    content = make()
    started = time.monotonic()

    with pytest.raises(refusal):
        sandbox.run(content, kind=kind)

    assert time.monotonic() - started < sandbox.WALL_SECONDS + 1


def test_run_reads_a_sound_file(kind: sandbox.Kind) -> None:
    found = sandbox.run(files.pdf(), kind=kind)

    assert found["fields"]["name"]["value"] == "Nora Testmann"


def test_run_stops_at_the_wall_clock(kind: sandbox.Kind) -> None:
    with pytest.raises(errors.TooMuchWork):
        sandbox.run(files.TEXT.encode(), kind=kind, seconds=0.01)


def test_run_refuses_duplicate_names(tmp_path: Path) -> None:
    path = tmp_path / "cv.docx"
    path.write_bytes(files.docx())
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/document.xml", b"<x/>")

    with pytest.raises(errors.Unsafe):
        sandbox.run(path.read_bytes())


def test_run_keeps_the_network_and_programs_from_the_child() -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from sourcing.resumes import limits; limits.apply(); "
        "import socket; socket.create_connection(('127.0.0.1', 9))"
    )
    root = str(Path(sandbox.__file__).parents[2])
    ended = subprocess.run([sys.executable, "-I", "-c", script, root], capture_output=True, text=True, check=False)

    assert ended.stderr.splitlines()[-1].startswith("PermissionError: socket.")
