"""The whole database as one file, and back.

PostgreSQL's own tools do it, so a file outlives this program; they must be at least as
new as the server. On SQLite it is a database again. Both are one moment of it, taken
while the site serves.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from django.db import connection

PREFIX = "teleclinic-"
# Whoever is signed in need not be so again after a restore.
AS_ONE_FILE = ["--format=custom", "--exclude-table-data=django_session"]
ALL_OR_NOTHING = ["--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1"]
# Whatever the user is called where it is restored.
PORTABLE = ["--no-owner", "--no-privileges"]


class BackupError(Exception):
    """Why it cannot be done, as a sentence."""


def save(folder: Path, *, at: datetime, keep: int) -> Path:
    """Write a backup into `folder`, then delete all but the `keep` newest there.

    What is not whole has another name until it is. Files are readable by their owner
    alone: they hold passwords' hashes, and addresses that clinics keep private.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ending = ".sqlite3" if connection.vendor == "sqlite" else ".dump"
    path = folder / f"{PREFIX}{at:%Y%m%dT%H%M%SZ}{ending}"
    with _unfinished(path) as unfinished:
        if connection.vendor == "sqlite":
            _copy(_sqlite_file(), unfinished)
        else:
            _run("pg_dump", *PORTABLE, *AS_ONE_FILE, f"--file={unfinished}")
    for old in sorted(folder.glob(f"{PREFIX}*{ending}"), reverse=True)[keep:]:
        old.unlink()
    return path


def restore(path: Path) -> None:
    """Make the database what it was when `path` was written, or leave it as it is.

    What it holds now is gone then.
    """
    if not path.is_file():
        raise BackupError(f"There is no file {path}.")
    with path.open("rb") as file:
        is_sqlite = file.read(15) == b"SQLite format 3"
    if is_sqlite != (connection.vendor == "sqlite"):
        raise BackupError(f"{path} is no backup of a database as DATABASE_URL names.")
    if is_sqlite:
        connection.close()
        _copy(path, _sqlite_file())
    else:
        _load(path)


def _load(path: Path) -> None:
    """Put the dump in the place of every table that is here, in one transaction.

    Tables of a later release go too, or its migrations would find them in their way.
    """
    here = connection.introspection.table_names()
    connection.close()
    tables = ", ".join(connection.ops.quote_name(name) for name in here)
    clear = f"DROP TABLE IF EXISTS {tables} CASCADE;" if tables else "SELECT 1;"
    with tempfile.TemporaryDirectory() as folder:
        script = f"{folder}/restore.sql"
        _run("pg_restore", *PORTABLE, f"--file={script}", str(path))
        _run("psql", *ALL_OR_NOTHING, f"--command={clear}", f"--file={script}")


@contextmanager
def _unfinished(path: Path):
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".unfinished-")
    os.close(handle)
    try:
        yield Path(name)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _sqlite_file() -> Path:
    return Path(connection.settings_dict["NAME"])


def _copy(source: Path, target: Path) -> None:
    """Copy a database in use into another that may be in use."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target, timeout=30)) as new,
    ):
        old.backup(new)


def _run(tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's tools on our database; its password is in no list."""
    if not shutil.which(tool):
        raise BackupError(
            f"There is no {tool} in PATH; on Debian: apt install postgresql-client."
        )
    done = subprocess.run(
        [tool, *arguments],
        env=os.environ | _names(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{tool} failed: {done.stderr.strip()}")


def _names() -> dict[str, str]:
    """Our database as the environment names it to PostgreSQL's tools."""
    told = connection.settings_dict
    options = told["OPTIONS"]
    names = {
        "PGDATABASE": told["NAME"],
        "PGUSER": told["USER"],
        "PGPASSWORD": told["PASSWORD"],
        "PGHOST": told["HOST"] or options.get("host"),
        "PGPORT": told["PORT"],
        "PGSSLMODE": options.get("sslmode"),
        "PGSSLROOTCERT": options.get("sslrootcert"),
        "PGSSLCERT": options.get("sslcert"),
        "PGSSLKEY": options.get("sslkey"),
        "PGPASSFILE": options.get("passfile"),
        "PGSERVICE": options.get("service"),
    }
    return {name: str(value) for name, value in names.items() if value}
