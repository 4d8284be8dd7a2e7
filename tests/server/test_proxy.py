"""A real nginx with the configuration of `deploy/`, in front of the running server."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest

from tests import built_site

from .running import PAGE, bound, server, wait_until

NGINX = shutil.which(
    "nginx", path="/usr/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin"
)
HOST = "clinics.example.org"

pytestmark = pytest.mark.skipif(
    not (NGINX and shutil.which("openssl")), reason="no nginx here"
)


class Front:
    """nginx as configured, on ports of its own, with a certificate that it signed."""

    def __init__(self, folder: Path, upstream: Path) -> None:
        self.folder = folder
        self.plain, self.tls = free_port(), free_port()
        self._upstream = upstream
        self._certify()
        (folder / "nginx.conf").write_text(self._configuration())
        self._command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]

    def check(self) -> str:
        return self._run("-t")

    def start(self) -> None:
        self._run()
        wait_until(self._listens)

    def stop(self) -> None:
        self._run("-s", "stop")

    def ask(self, path=PAGE, *, method="GET", body=None, tls=True, **headers):
        """The answer, with its body read, to one request."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if tls:
            context = ssl._create_unverified_context()
            asked = _Named("127.0.0.1", self.tls, context=context, timeout=30)
        else:
            asked = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=30)
        asked.request(method, path, body=body, headers={"Host": HOST} | named)
        answer = asked.getresponse()
        answer.body = answer.read()
        asked.close()
        return answer

    def written(self) -> str:
        return "".join(path.read_text() for path in self.folder.glob("*.log"))

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return not probe.connect_ex(("127.0.0.1", self.tls))

    def _run(self, *options: str) -> str:
        done = subprocess.run(
            [*self._command, *options], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stderr

    def _certify(self) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj",
             f"/CN={HOST}", "-keyout", "privkey.pem", "-out", "fullchain.pem"],
            cwd=self.folder, check=True, capture_output=True,
        )  # fmt: skip

    def _configuration(self) -> str:
        """The one of `deploy/`, with the ports and paths of this test."""
        site = (built_site.ROOT / "deploy" / "proxy" / "nginx.conf").read_text()
        for old, new in {
            "/etc/letsencrypt/live/clinics.example.org": str(self.folder),
            "/var/log/nginx": str(self.folder),
            "/var/cache/nginx": str(self.folder),
            "/run/teleclinic/site.sock": str(self._upstream),
        }.items():
            assert old in site
            site = site.replace(old, new)
        site = re.sub(r"listen \[::\]:.*\n", "", site)
        site = site.replace("listen 80", f"listen 127.0.0.1:{self.plain}")
        site = site.replace("listen 443", f"listen 127.0.0.1:{self.tls}")
        scratch = "".join(
            f"{kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # As root, nginx would take a user who may not enter the folders of tests.
        user = "user root; " if os.geteuid() == 0 else ""
        return (
            f"{user}pid {self.folder}/pid; error_log {self.folder}/start.log emerg;"
            f"events {{}} http {{ {scratch}\n{site}\n}}"
        )


class _Named(http.client.HTTPSConnection):
    """Asks for our name, wherever it connects to."""

    def connect(self) -> None:
        http.client.HTTPConnection.connect(self)
        self.sock = self._context.wrap_socket(self.sock, server_hostname=HOST)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def front(built, tmp_path_factory):
    """nginx, and behind it the site as it is for others."""
    folder = tmp_path_factory.mktemp("front")
    folder.chmod(0o755)
    told = {name: value for name, value in built.items() if name != "LOCATOR_HTTP"}
    told |= {"LOCATOR_HOSTS": HOST, "LOCATOR_PROXY": "1"}
    path = folder / "site.sock"
    with bound(path) as listener, server(told, listener):
        path.chmod(0o777)
        front = Front(folder, path)
        front.start()
        try:
            wait_until(lambda: front.ask("/healthz").status == 200)
            yield front
        finally:
            front.stop()


def test_nginx_understands_its_file(front):
    assert "test is successful" in front.check()


def test_a_page_comes_by_tls_and_plain_http_is_sent_there(front):
    page = front.ask()
    plain = front.ask(tls=False)

    assert (page.status, b"Texas" in page.body) == (200, True)
    assert "max-age" in page.headers["Strict-Transport-Security"]
    assert plain.status == 301
    assert plain.headers["Location"] == f"https://{HOST}{PAGE}"
    assert plain.headers["Cache-Control"] == "private, no-store"


def test_nothing_is_written_of_who_asked_and_for_what(front):
    front.ask("/clinics/?place=Springfield", Referer="https://secret.example/",
              User_Agent="Telltale/1.0")  # fmt: skip
    front.ask("/clinics/?place=Springfield", method="POST", body=b"x" * 300_000)
    for path in ("/es/attest/Springfield/", "/browse/us/springfield/", "/Springfield/"):
        front.ask(path, method="SPRINGFIELD")
        front.ask(path)

    # A line is written when its answer is gone.
    wait_until(lambda: " GET - 404 " in front.written())
    written = front.written()
    assert " GET /clinics 200 " in written
    assert " GET /attest 404 " in written
    for secret in ("Springfield", "127.0.0.1", "secret.example", "Telltale"):
        assert secret.lower() not in written.lower()


def test_what_a_visitor_claims_of_the_way_it_came_does_not_reach_the_site(front):
    claimed = front.ask(
        X_Forwarded_Proto="http",
        X_Forwarded_For="203.0.113.9",
        X_Forwarded_Host="evil.example",
        Forwarded="for=203.0.113.9;host=evil.example",
    )

    assert claimed.status == 200
    assert b"evil.example" not in claimed.body


def test_only_our_own_name_is_answered(front):
    other = front.ask(Host="evil.example")

    assert other.status == 421


@pytest.mark.parametrize(
    ("path", "headers", "body", "status"),
    [
        ("/clinics/?q=" + "x" * 20_000, {}, None, 414),
        ("/clinics/", {"X-Long": "x" * 20_000}, None, 400),
        ("/report/missing/", {}, b"x" * 300_000, 413),
        ("/metrics", {}, None, 404),
    ],
)
def test_what_is_too_much_ends_at_the_proxy(front, path, headers, body, status):
    answer = front.ask(path, method="POST" if body else "GET", body=body, **headers)

    assert answer.status == status


def test_static_files_are_kept_by_the_proxy_and_pages_are_not(front):
    page = front.ask("/").body.decode()
    style = re.search(r'href="(/static/[^"]+\.css)"', page)[1]

    answers = [front.ask(style, Accept_Encoding="gzip") for _ in range(2)]

    assert {answer.status for answer in answers} == {200}
    assert "immutable" in answers[1].headers["Cache-Control"]
    kept = [path for path in (front.folder / "teleclinic").rglob("*") if path.is_file()]
    assert len(kept) == 1


def test_while_the_site_is_away_the_proxy_says_so_in_a_sentence(built, tmp_path):
    tmp_path.chmod(0o755)
    front = Front(tmp_path, tmp_path / "nobody.sock")
    front.start()

    try:
        away = front.ask()
    finally:
        front.stop()

    assert (away.status, away.headers["Retry-After"]) == (503, "60")
    assert b"In an emergency" in away.body
