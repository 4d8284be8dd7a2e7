"""A primary and standbys of PostgreSQL that may be killed, on sockets of their own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg

from tests import postgres

PATIENCE = 60  # seconds
# Small and quick: what a crash of the machine would lose does not matter here.
SETTINGS = {
    "fsync": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "listen_addresses": "''",
    "wal_keep_size": "128MB",
}


class Server:
    """One PostgreSQL server in a folder; it is a standby where it was made as one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def make(self) -> None:
        """An empty one."""
        self._move_in()
        self._run("initdb", "--auth=trust", "--username=postgres", "--no-sync")
        lines = [f"{name} = {value}\n" for name, value in SETTINGS.items()]
        lines.append(f"unix_socket_directories = '{self.folder}'\n")
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(lines)

    def make_standby_of(self, primary: "Server") -> None:
        """A copy of `primary` as it is now, which takes over whatever changes there."""
        self._move_in()
        asked = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
        source = f"--dbname=host={primary.folder} user=postgres"
        self._run("pg_basebackup", *asked, source)
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(f"unix_socket_directories = '{self.folder}'\n")

    def _move_in(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        _give(self.folder)
        shutil.rmtree(self.data, ignore_errors=True)

    def start(self) -> None:
        self._run("pg_ctl", "start", "--wait", f"--log={self.folder / 'log'}")

    def promote(self) -> None:
        """Let this standby become a primary."""
        self._run("pg_ctl", "promote", "--wait")

    def kill(self) -> None:
        """End it as a machine ends that loses its power."""
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(self._processes(), timeout=PATIENCE)

    def freeze(self) -> None:
        """Let it keep its connections, and answer nothing."""
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                process.suspend()

    def thaw(self) -> None:
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                process.resume()

    def ask(self, sql: str, *values: object) -> object:
        """The first value of the first row that `sql` gives."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(sql, values or None).fetchone()[0]

    def has_caught_up_with(self, primary: "Server") -> bool:
        there = primary.ask("SELECT pg_current_wal_lsn()")
        return bool(self.ask(f"SELECT pg_last_wal_replay_lsn() >= '{there}'"))

    def _processes(self) -> list[psutil.Process]:
        """The server's own process, then those that it started."""
        with suppress(FileNotFoundError, psutil.NoSuchProcess):
            number = (self.data / "postmaster.pid").read_text().split()[0]
            server = psutil.Process(int(number))
            if server.name() == "postgres":
                return [server, *server.children(recursive=True)]
        return []

    def _run(self, tool: str, *arguments: str) -> None:
        # A server writes to what it was started with for as long as it runs.
        with (self.folder / "tools.log").open("a") as log:
            subprocess.run(
                [Path(postgres.tools()) / tool, f"--pgdata={self.data}", *arguments],
                check=True,
                cwd=self.folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=postgres.owner(),
            )


@contextmanager
def folder_for_servers() -> Iterator[Path]:
    """A folder whose servers are killed with the block, and which then goes too."""
    with tempfile.TemporaryDirectory(prefix="teleclinic-cluster-") as name:
        folder = Path(name)
        _give(folder)
        try:
            yield folder
        finally:
            for each in folder.iterdir():
                server = Server(each)
                server.thaw()
                server.kill()


def _give(folder: Path) -> None:
    if owner := postgres.owner():
        os.chown(folder, pwd.getpwnam(owner).pw_uid, -1)


def _environment() -> Mapping[str, str]:
    kept = ("PATH", "LANG", "LC_ALL", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ}
