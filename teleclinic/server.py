"""What `manage.py serve` becomes: granian, whose workers all accept from one socket.

SIGHUP replaces every worker by one that runs the code that is there by then, SIGTERM
stops; both let the requests at hand end. Nothing of the site is imported here, or the
new workers, which are forked from this process, would go on running the old code.
"""

import argparse
import os
import socket
from pathlib import Path

from granian._granian import SocketHolder
from granian.http import HTTP1Settings
from granian.server.mp import MPServer

SITE = "teleclinic.wsgi:application"
# How many connections may wait to be accepted.
BACKLOG = 1024
# The largest block of headers, address included; beyond it the answer is 431.
HEADER_BYTES = 32 * 1024
# Milliseconds within which headers must be there. An idle connection lasts as long.
HEADER_PATIENCE = 10_000
# Seconds that a new worker has to be ready before the old one lets go.
OVERLAP = 10
# Seconds after which a worker that is to stop is killed: longer than any statement may
# take, also of what the desk sends (locator.admin.site.PATIENCE).
STOP_PATIENCE = 100
# How many times in a row, half a minute apart, a worker has to be found too large.
TOO_LARGE_TIMES = 4
# Where systemd hands over a socket that it listens on.
HANDED_OVER = 3


class OneSocketServer(MPServer):
    """Granian with the one listening socket that it is given.

    Of itself it opens one a worker on Linux: what waits there is reset when its worker
    ends, and while none is ready, nobody can connect. A worker is replaced after
    `lifetime` seconds, and where it holds more than `max_rss` MB.
    """

    def __init__(
        self, listener: socket.socket, *, lifetime: int, max_rss: int, **options
    ) -> None:
        super().__init__(SITE, interface="wsgi", **options)
        self._listener = listener
        self._lifetime, self._max_rss = lifetime, max_rss

    def startup(self, spawn_target: object, target_loader: object) -> None:
        # Told any earlier, it warns of what a socket for each worker would lose.
        self.workers_lifetime = self._lifetime or None
        self.workers_rss = self._max_rss * 1024 * 1024 or None
        super().startup(spawn_target, target_loader)

    def _init_shared_socket(self) -> None:
        self._ssp, self._sso = None, self._listener
        is_path = self._listener.family == socket.AF_UNIX
        self._shd = SocketHolder(self._listener.fileno(), is_path, self.backlog)

    @property
    def _bind_addr_fmt(self) -> str:
        address = self._listener.getsockname()
        return address if isinstance(address, str) else f"{address[0]}:{address[1]}"


def listen(where: str) -> socket.socket:
    """A socket that listens at `host:port` or at a path; systemd's, if it gave one."""
    if os.environ.get("LISTEN_PID") == str(os.getpid()):
        listener = socket.socket(fileno=HANDED_OVER)
    elif where.startswith("/"):
        listener = socket.socket(socket.AF_UNIX)
        Path(where).unlink(missing_ok=True)
        listener.bind(where)
        # Who may write to it may ask the site: its group, to which the proxy belongs.
        os.chmod(where, 0o660)
    else:
        host, _, port = where.rpartition(":")
        host = host.strip("[]")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, int(port)), family=family)
    listener.listen(BACKLOG)
    listener.setblocking(False)
    listener.set_inheritable(True)
    return listener


def main() -> None:
    asked = _arguments()
    OneSocketServer(
        listen(asked.listen),
        workers=asked.workers,
        blocking_threads=asked.threads,
        backlog=BACKLOG,
        http="1",
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_PATIENCE, max_buffer_size=HEADER_BYTES
        ),
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=asked.overlap,
        max_rss=asked.worker_mb,
        rss_samples=TOO_LARGE_TIMES,
        lifetime=asked.worker_hours * 3600,
        workers_kill_timeout=STOP_PATIENCE,
    ).serve()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="teleclinic.server")
    parser.add_argument("--listen", required=True)
    for name in ("workers", "threads", "worker-mb", "worker-hours"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--overlap", type=int, default=OVERLAP)
    return parser.parse_args()


if __name__ == "__main__":
    main()
