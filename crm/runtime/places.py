"""Where the runtime keeps its files below one data folder."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from crm.runtime.problems import Problem

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET_PATH = 100  # sun_path holds 107 bytes on Linux and 103 on macOS
ROOM_NEEDED_MB = 300


@dataclass(frozen=True)
class Places:
    """Every path below a data folder. Making one touches nothing on the disk."""

    data: Path

    @classmethod
    def below(cls, data_dir: Path) -> "Places":
        return cls(data=data_dir.expanduser().resolve())

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def valkey(self) -> Path:
        return self.data / "valkey"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def sockets(self) -> Path:
        """The folder of both servers' sockets: below the data folder, or in /tmp when that path is too long for one."""
        inside = self.data / "run"
        if len(os.fsencode(inside / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
            return inside
        fingerprint = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path("/tmp") / f"rapport-{fingerprint}"  # noqa: S108  # owner and mode are checked before use

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / ".s.PGSQL.5432"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def parts(self) -> Path:
        """The pid files of the supervised processes."""
        return self.data / "parts"

    @property
    def lock(self) -> Path:
        return self.data / "servers.lock"

    def make(self) -> None:
        """Make the data folder, which the servers' user must be able to pass through, and those in it that are ours."""
        try:
            self.data.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
            self.logs.mkdir(mode=0o700, exist_ok=True)
            self.parts.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise Problem(
                f"The data folder {self.data} cannot be used: {error.strerror} ({error.filename}). "
                "Expected a folder that you may write to; DATA_DIR names another."
            ) from error

    def require_room(self) -> None:
        free = shutil.disk_usage(self.data).free // 2**20
        if free < ROOM_NEEDED_MB:
            raise Problem(
                f"The disk that holds {self.data} has {free} MB left; the database needs {ROOM_NEEDED_MB} MB to start. "
                "Free some space, or set DATA_DIR to a folder on another disk."
            )
