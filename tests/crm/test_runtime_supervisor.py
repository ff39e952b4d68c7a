"""The supervisor, with real processes that are small."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crm.runtime import processes
from crm.runtime.console import Console
from crm.runtime.parts import LEASH, Part
from crm.runtime.supervisor import Supervisor

SLEEPER = [sys.executable, "-c", "import time; print('hello', flush=True); time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('hello', flush=True); time.sleep(60)",
]


def a_part(folder: Path, command: list[str] = SLEEPER, patience: float = 5) -> Part:
    return Part("sleeper", command, folder, patience=patience)


def eventually(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return False


def supervise(part: Part, on_tick: Callable[[Supervisor], None]) -> None:
    supervisor = Supervisor([part], Console(part.pids), lambda: False)
    supervisor.run(lambda: on_tick(supervisor))


def stop(supervisor: Supervisor) -> None:
    supervisor._note_stop(signal.SIGTERM, None)


def said(folder: Path, part: str) -> list[str]:
    log = folder / f"{part}.log"
    return [line.partition(" ")[2] for line in log.read_text().splitlines()] if log.exists() else []


def test_supervisor_starts_a_killed_part_again(tmp_path: Path) -> None:
    part, pids = a_part(tmp_path), set[int]()

    def kill_twice(supervisor: Supervisor) -> None:
        if part.process is not None and said(tmp_path, "sleeper").count("hello") > len(pids):
            pids.add(part.process.pid)
            stop(supervisor) if len(pids) == 2 else os.kill(part.process.pid, signal.SIGKILL)

    supervise(part, kill_twice)

    assert said(tmp_path, "rapport")[0] == "sleeper was killed by signal 9; starts again in 0.5 s"
    assert [processes.birth(pid) for pid in pids] == ["", ""]


def test_supervisor_kills_what_does_not_stop(tmp_path: Path) -> None:
    part, pids = a_part(tmp_path, STUBBORN, patience=0.3), list[int]()

    def stop_when_up(supervisor: Supervisor) -> None:
        if part.process is not None and said(tmp_path, "sleeper"):
            pids.append(part.process.pid)
            stop(supervisor)

    supervise(part, stop_when_up)

    assert said(tmp_path, "sleeper") == ["hello"]
    assert processes.birth(pids[0]) == ""


def test_part_waits_longer_after_each_end(tmp_path: Path) -> None:
    part, pauses = a_part(tmp_path, [sys.executable, "-c", ""]), list[float]()

    for _ in range(3):
        part.start()
        assert eventually(lambda: part.has_ended() is not None)
        pauses.append(round(part.seconds_until_due, 1))

    assert pauses == [0.5, 1.0, 2.0]


def test_part_that_is_held_back_is_due_when_released(tmp_path: Path) -> None:
    part, due = a_part(tmp_path), list[bool]()

    part.hold_back(60)
    due.append(part.is_due)
    part.release()
    due.append(part.is_due)

    assert due == [False, True]


def test_part_that_failed_keeps_its_pause_when_released(tmp_path: Path) -> None:
    part = a_part(tmp_path, [sys.executable, "-c", ""])
    part.start()
    assert eventually(lambda: part.has_ended() is not None)

    part.release()

    assert part.is_due is False


def test_part_ends_what_an_earlier_run_left_behind(tmp_path: Path) -> None:
    left = a_part(tmp_path)
    left.start()

    found = a_part(tmp_path).end_leftover()

    assert (found, left.process is not None and left.process.wait(5)) == (True, -signal.SIGTERM)


def test_part_leaves_a_stranger_with_its_number_alone(tmp_path: Path) -> None:
    (tmp_path / "sleeper.pid").write_text(f"{os.getpid()}\n1\n")

    assert a_part(tmp_path).end_leftover() is False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tie a process to its parent")
def test_leash_ends_a_part_whose_supervisor_was_killed(tmp_path: Path) -> None:
    script = (
        "import os, subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, {str(LEASH)!r}, str(os.getpid()), 'sleep', '60'])\n"
        f"import time; time.sleep(0.5); open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))\n"
        "time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script])
    assert eventually(lambda: processes.read_pid(tmp_path / "pid") is not None)
    child = processes.read_pid(tmp_path / "pid") or 0

    alive_before = processes.birth(child) != ""
    parent.kill()
    parent.wait()

    assert (alive_before, eventually(lambda: processes.birth(child) == "")) == (True, True)


@pytest.mark.parametrize(
    ("command", "told"),
    [("print('told')", []), ("raise SystemExit(3)", ["sleeper ended with code 3; is not tried again"])],
)
def test_errand_runs_once_however_it_ends(tmp_path: Path, command: str, told: list[str]) -> None:
    part = Part("sleeper", [sys.executable, "-c", command], tmp_path, patience=5, is_errand=True)
    deadline = time.monotonic() + 3

    supervise(part, lambda supervisor: stop(supervisor) if part.is_over and time.monotonic() > deadline - 2 else None)

    assert [line for line in said(tmp_path, "rapport") if "sleeper" in line] == told
    assert part.is_over


def test_errand_is_not_over_before_it_has_run(tmp_path: Path) -> None:
    part = Part("sleeper", SLEEPER, tmp_path, patience=5, is_errand=True)
    part.hold_back(60)

    assert (part.is_over, part.is_due) == (False, False)


@pytest.mark.parametrize(("error", "is_told"), [(BrokenPipeError(), False), (ValueError(), True)])
def test_child_of_a_killed_worker_prints_no_traceback(error: Exception, is_told: bool) -> None:
    record = logging.makeLogRecord({"msg": "Pool process", "exc_info": (type(error), error, None)})

    assert bool(logging.getLogger("multiprocessing").filter(record)) is is_told
