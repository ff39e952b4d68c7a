"""The system user the embedded servers run as: PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

from crm.runtime.problems import Problem

ACCOUNT = "rapport"


class Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[str | int]


def server_uid(pgdata: Path) -> int | None:
    """The user id for the servers when we are root, else None: they then run as ourselves."""
    owner = pgdata.stat().st_uid if pgdata.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise Problem(
                f"{pgdata} belongs to user id {owner} and you are user id {os.geteuid()}. Run as that user, "
                f"or hand the folder over: chown -R {os.geteuid()} {pgdata.parent}"
            )
        return None
    return owner or _account().pw_uid


def _account() -> pwd.struct_passwd:
    """The account for a new data folder: `rapport`, made when missing; `nobody` where accounts cannot be made."""
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        pass
    attempts = (
        ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT],
        ["adduser", "-S", "-D", "-H", ACCOUNT],
    )
    for command in attempts:
        if shutil.which(command[0]) and subprocess.run(command, capture_output=True, check=False).returncode == 0:  # noqa: S603
            return pwd.getpwnam(ACCOUNT)
    return pwd.getpwnam("nobody")


def identity(uid: int | None) -> Identity:
    """The arguments of subprocess that make a program run as `uid`, without our groups."""
    if uid is None:
        return {}
    try:
        group = pwd.getpwuid(uid).pw_gid
    except KeyError:
        group = uid
    return {"user": uid, "group": group, "extra_groups": []}


def private_folder(path: Path, uid: int | None) -> None:
    """Make a folder that only `uid` (or we) may enter; refuse one that somebody else has put there."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    wanted = os.geteuid() if uid is None else uid
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (wanted, os.geteuid()):
        raise Problem(f"{path} belongs to user id {found.st_uid}, expected {wanted}. Move it away and start again.")
    os.chown(path, wanted, -1)
    path.chmod(0o700)


def let_through(path: Path, uid: int) -> None:
    """Let `uid` pass through the folders above `path`: they get the bit for entering, never the one for listing."""
    for folder in reversed(path.resolve().parents):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH and folder.stat().st_uid != uid:
            print(  # noqa: T201
                f"rapport: {folder} now lets other users pass (not list): the servers run as user id {uid}",
                file=sys.stderr,
            )
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def let_read(folder: Path, uid: int) -> None:
    """Let `uid` read the programs below `folder`, which a strict umask may have closed."""
    let_through(folder, uid)
    for path in (folder, *folder.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)
