"""Websites on this machine, which names of the tests lead to."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from locator.inspecting.asking import Asker, NotThereError, Turns


@dataclass
class Web:
    """Websites by host and path, each with the status and where it sends on to."""

    port: int = 0
    pages: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    no_head: set[str] = field(default_factory=set)

    def page(self, host: str, path: str = "/", status: int = 200, to: str = "") -> None:
        self.pages[host, path] = status, to

    def resolve(self, host: str, port: int) -> tuple[str, int]:
        if not any(host == known for known, _path in self.pages):
            raise NotThereError("its name leads nowhere")
        return "127.0.0.1", self.port

    def asker(self, **facts) -> Asker:
        facts.setdefault("turns", Turns(sleep=lambda seconds: None))
        facts.setdefault("resolve", self.resolve)
        return Asker(user_agent="Locator website check (desk@example.org)", **facts)

    def hosts(self) -> dict[str, int]:
        counts: dict[str, int] = defaultdict(int)
        for host, *_rest in self.asked:
            counts[host] += 1
        return counts


@pytest.fixture
def web():
    """A server that plays every website of `Web.pages`."""
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            host = self.headers["Host"].partition(":")[0]
            web.asked.append((host, self.command, self.path))
            web.agents.add(self.headers["User-Agent"])
            status, to = web.pages.get((host, self.path), (404, ""))
            if self.command == "HEAD" and host in web.no_head:
                status, to = 501, ""
            self.send_response(status)
            if to:
                self.send_header("Location", to)
            self.end_headers()

        do_GET = do_HEAD = answer  # noqa: N815

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield web
    server.shutdown()
    thread.join()
    server.server_close()
