"""Asks a website whether it is there, and nothing that is not a public website.

Addresses come from datasets and from forms: one may name a machine of the operator's
own network. So a name is resolved once, every address that it has must be public, and
the connection goes to that very address; every redirect is looked at in the same way.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.utils.translation import gettext as _

TIMEOUT_SECONDS = 6
# One that sends a byte now and then keeps us no longer than this.
LONGEST_SECONDS = 20
MOST_REDIRECTS = 3
SECONDS_BETWEEN = 1.0
PORTS = {"http": 80, "https": 443}
# The site is there, and does not talk to machines, or not now.
IS_THERE = {401, 402, 403, 405, 406, 418, 423, 425, 426, 429, 451}
# Of these, GET may be answered where HEAD is not.
ASK_AGAIN = range(400, 600)

# Where to connect to for a host and a port: an IP address and its port.
Resolve = Callable[[str, int], tuple[str, int]]
Lookup = Callable[[str, int], Sequence[str]]


class NotThereError(Exception):
    """The website cannot be read; the message is a few words that say why."""


def look_up(host: str, port: int) -> list[str]:
    """Every IP address of `host`, by the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [address[0] for *_rest, address in found]


def public_address(
    host: str, port: int, *, look_up: Lookup = look_up
) -> tuple[str, int]:
    """Where to connect to for `host`, a public website on a port of the web.

    Raises NotThereError where it has no address, or one that is not public.
    """
    if port not in PORTS.values():
        raise NotThereError(_("leads to port %(port)d") % {"port": port})
    try:
        addresses = look_up(host, port)
    except (OSError, UnicodeError):
        raise NotThereError(_("its name leads nowhere")) from None
    if not addresses:
        raise NotThereError(_("its name leads nowhere"))
    if not all(map(is_public, addresses)):
        raise NotThereError(_("leads into a private network"))
    return addresses[0], port


def is_public(address: str) -> bool:
    """Whether the IP address is one of the public net."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        # An IPv4 address in another dress leads where that one does.
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if inner := inner or _translated(ip):
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _translated(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None


@dataclass(slots=True)
class Turns:
    """Lets a host be asked once in so many seconds, whoever asks."""

    seconds: float = SECONDS_BETWEEN
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, host: str) -> None:
        with self._lock:
            now = self.clock()
            turn = max(now, self._next.get(host, now))
            self._next[host] = turn + self.seconds
        if turn > now:
            self.sleep(turn - now)


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks websites under a name that their owners can look up."""

    user_agent: str
    resolve: Resolve = public_address
    turns: Turns = field(default_factory=Turns)
    timeout: float = TIMEOUT_SECONDS
    longest: float = LONGEST_SECONDS

    def problem(self, url: str) -> str:
        """Why the website at `url` is not there, in a few words; "" where it is."""
        try:
            self._follow(url)
        except NotThereError as error:
            return str(error)
        return ""

    def _follow(self, url: str) -> None:
        for _hop in range(MOST_REDIRECTS + 1):
            status, there = self._status(url)
            if not there:
                return _judge(status)
            url = _next(url, there)
        raise NotThereError(_("sends on from address to address"))

    def _status(self, url: str) -> tuple[int, str]:
        """The status at `url`, and where it sends on to, if it does."""
        parts = _parts(url)
        answer = self._request("HEAD", parts)
        if answer[0] in ASK_AGAIN and answer[0] not in IS_THERE:
            answer = self._request("GET", parts)
        return answer

    def _request(self, method: str, parts: SplitResult) -> tuple[int, str]:
        port = parts.port or PORTS[parts.scheme]
        address = self.resolve(parts.hostname, port)
        self.turns.wait(parts.hostname)
        connection = _connection(parts, address, self.timeout)
        started = time.monotonic()
        end = threading.Timer(self.longest, _cut, [connection])
        end.daemon = True
        end.start()
        try:
            connection.request(method, _target(parts), headers=self._headers())
            answer = connection.getresponse()
            # What was cut off in its head looks like one that ended there.
            if time.monotonic() - started >= self.longest:
                raise TimeoutError
            is_sent_on = answer.status in (301, 302, 303, 307, 308)
            there = answer.getheader("Location", "") if is_sent_on else ""
            return answer.status, there
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotThereError(_worded(error)) from None
        finally:
            end.cancel()
            connection.close()

    def _headers(self) -> dict[str, str]:
        return {"User-Agent": self.user_agent, "Accept": "text/html, */*;q=0.1"}


def _parts(url: str) -> SplitResult:
    """`url` in its parts; NotThereError for what is no address of a website."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotThereError(_("is no address of a website")) from None
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        raise NotThereError(_("is no address of a website"))
    return parts


def _next(url: str, there: str) -> str:
    """Where the website at `url` sends on to; NotThereError where to nothing."""
    try:
        return urljoin(url, there)
    except ValueError:
        raise NotThereError(_("sends on to what is no address")) from None


def _target(parts: SplitResult) -> str:
    # What people write into addresses: spaces, letters with accents.
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._")
    return f"{path}?{query}" if query else path


def _connection(
    parts: SplitResult, address: tuple[str, int], timeout: float
) -> http.client.HTTPConnection:
    """A connection that speaks to the host of `parts`, and goes to `address`."""
    host, port = parts.hostname, parts.port
    if parts.scheme == "http":
        connection = _Plain(host, port, timeout=timeout)
    else:
        connection = _Secure(host, port, timeout=timeout, context=_context())
    connection.address = address
    return connection


class _Plain(http.client.HTTPConnection):
    address: tuple[str, int]

    def connect(self) -> None:
        self.sock = socket.create_connection(self.address, self.timeout)


class _Secure(http.client.HTTPSConnection):
    address: tuple[str, int]

    def connect(self) -> None:
        self.sock = socket.create_connection(self.address, self.timeout)
        self.sock = _context().wrap_socket(self.sock, server_hostname=self.host)


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _cut(connection: http.client.HTTPConnection) -> None:
    """End a connection that another thread waits for."""
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _judge(status: int) -> None:
    if status < 400 or status in IS_THERE:
        return
    if status in (404, 410):
        raise NotThereError(_("answers that there is no such page (%d)") % status)
    raise NotThereError(_("answers with an error (%d)") % status)


def _worded(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return _("does not answer in time")
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("has a certificate that is not valid")
    if isinstance(error, ssl.SSLError):
        return _("speaks no secure connection that we know")
    if isinstance(error, ConnectionRefusedError):
        return _("refuses the connection")
    if isinstance(error, OSError):
        return _("cannot be reached")
    return _("answers what is no web page")
