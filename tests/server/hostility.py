"""Requests that nobody means well with, the same for the same seed."""

import random
from collections.abc import Iterator
from urllib.parse import quote, quote_from_bytes

HOST = "127.0.0.1"
PREFIXES = ["", "", "", "/es", "/hi", "/fr", "/xx"]
PATHS = [
    "/",
    "/clinics/",
    "/clinics/",
    "/clinics.geojson",
    "/clinics.geojson",
    "/places/",
    "/places/",
    "/map/",
    "/compare/",
    "/about/",
    "/telehealth-and-telemedicine/",
    "/browse/",
    "/browse/us/",
    "/browse/us/us-tx/",
    "/browse/us/us-tx/austin/",
    "/clinics/no-such-clinic/",
    "/clinics/no-such-clinic/report/",
    "/report/missing/",
    "/report/thanks/",
    "/attest/abc/",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap-clinics-1.xml",
    "/brand.css",
    "/healthz",
    "/readyz",
    "/metrics",
    "/static/css/site.css",
    "/admin/",
    "/admin/login/",
    "/admin/locator/clinic/",
    "/admin/jsi18n/",
]
NAMES = [
    *("place", "lat", "lon", "region", "also", "visit", "within", "unit", "category"),
    *("type", "specialty", "modality", "language", "payment", "age", "accepting"),
    *("open", "eligibility", "accessibility", "contact", "unstated", "q", "sort"),
    *("page", "limit", "view", "bbox", "zoom", "clinic", "next", "csrfmiddlewaretoken"),
    *("__class__", "place[]", "place[$ne]", "%00", ""),
]
VALUES = [
    *("", " ", "0", "-1", "1", "2", "1e309", "nan", "inf", "-0.0", "9" * 400, "0x1f"),
    *("Texas", "Springfield", "78701", "Paris, France", "पुणे", "🏥" * 60, "a" * 3000),
    *("US-TX", "us-", "remote", "in-person", "25mi", "500mi", "0.0001km", "1,000 mi"),
    *(
        "' OR 1=1 --",
        "'; DROP TABLE locator_clinic; --",
        '" UNION SELECT 1',
        "%' ESCAPE",
    ),
    *("<script>alert(1)</script>", "{{ 7*7 }}", "{% debug %}", "${jndi:ldap://x}"),
    *("../../../../etc/passwd", "file:///etc/passwd", "//evil.example/", "\\\\host\\x"),
    *("\0", "a\0b", "\r\nSet-Cookie: a=b", "\x1b[2J", "\u202e\u2066", "\ufeff", "İıſK"),
    *(
        "a " * 90,
        "़" * 190,
        "ﷺ" * 60,
        "\U000e0001" * 40,
        "A\u0301" * 90,
        "%",
        "%%",
        "%zz",
    ),
    *(
        "-180,-90,180,90",
        "180,90,-180,-90",
        "nan,nan,nan,nan",
        "1,2,3",
        "map",
        "22",
        "99",
    ),
    *("best", "distance", "verified", "name", "yes", "now", "include", "telemedicine"),
    *("true", "null", "undefined", "[]", "{}", "None", "text", "email", "ptsd", "en"),
]
METHODS = [
    *("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "CONNECT"),
    *("PROPFIND", "get", "G", "BREW", "M-SEARCH", "A" * 300),
]
TYPES = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=hex",
    "text/html; charset=utf-16",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=" + "y" * 300,
    "application/json",
    "; ;;=,",
    "\xff\xfe",
]
BODIES = [
    b"",
    b"a=b",
    b"place=%00&words=" + b"x" * 20_000,
    b"&" * 15_000,
    b"\x00\xff" * 400,
    b'--x\r\nContent-Disposition: form-data; name="\x00"\r\n\r\nb\r\n--x--',
    b"--x\r\n" * 500,
    b"{" * 5_000,
    b"username=%00&password=a&next=//evil.example",
]
HEADERS = [
    "Accept-Language: " + ",".join(f"x{number};q=0.{number}" for number in range(90)),
    "Accept-Language: *;q=9, \xff",
    "Accept-Encoding: gzip;q=0, br, " + "a," * 500,
    "Cookie: sessionid=\xff\x01; csrftoken=" + "z" * 900,
    "Cookie: " + "; ".join(f"a{number}=b" for number in range(200)),
    "Cookie: ;;;=;",
    'If-None-Match: W/"' + "a" * 400 + '", *, "',
    "If-None-Match: *",
    "If-Modified-Since: Thu, 32 Foo 99999 25:61:61 GMT",
    "Range: bytes=0-,5-1,-0,99999999999999999999-",
    "X-Forwarded-For: 1.2.3.4, \xff, ::1%eth0",
    "X-Forwarded-Proto: gopher",
    "X-Forwarded-Host: evil.example",
    "X-HTTP-Method-Override: DELETE",
    "Authorization: Bearer \xff",
    "Authorization: Basic =====",
    "Origin: null",
    "Referer: http://[::bad",
    "HX-Request: true",
    "Expect: 100-continue",
    "Upgrade: h2c",
    "Connection: upgrade, close, keep-alive",
    "Content-Encoding: gzip",
    "Max-Forwards: 0",
    "X-Long: " + "h" * 6_000,
    *(f"X-Many-{number}: 1" for number in range(6)),
]
HOSTS = [
    *("evil.example", "127.0.0.1:99999", "[::1", "a" * 300, "127.0.0.1@evil.example"),
    *("", "localhost\xff", "127.0.0.1, evil.example", "../", "127.0.0.1:"),
]
RAW = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500,
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET /\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\n\n",
    b"GET  /  HTTP/1.1\r\n\r\n",
    b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"GET * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost : 127.0.0.1\r\n folded\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nA: " + b"b" * 70_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"A: b\r\n" * 2_000 + b"\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999999\r\n\r\na",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2"
    b"\r\n\r\naa",
    b"POST /report/missing/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked"
    b"\r\nContent-Length: 3\r\n\r\nzz\r\n0\r\n\r\n",
    b"POST /report/missing/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked"
    b"\r\n\r\nffffffffffffffffff\r\n",
    b"\r\n" * 300,
    b"\x00" * 300,
]


class Hostility:
    """Draws requests: what goes over the wire, and whether that is a whole request."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def requests(self, many: int) -> Iterator[tuple[bytes, bool]]:
        """`many` of them, and whether each waits for an answer or just goes away."""
        whole = [self._asks] * 5 + [self._wanders] * 3 + [self._heads] * 3
        whole += [self._acts] * 3
        kinds = [*whole, self._shouts, self._breaks_off]
        for _ in range(many):
            kind = self.random.choice(kinds)
            yield kind(), kind in whole

    # --- Kinds -----------------------------------------------------------------------

    def _asks(self) -> bytes:
        """A page of the site, with parameters as no form sends them."""
        return self._get(f"{self._path()}?{self._query()}")

    def _wanders(self) -> bytes:
        """A path that leads nowhere, or beside one that leads somewhere."""
        path = self._path()
        at = self.random.randrange(len(path) + 1)
        value = self._escaped(self.random.choice(VALUES)[:400])
        return self._get(f"{path[:at]}{value}{path[at:]}")

    def _heads(self) -> bytes:
        """Headers that no browser sends."""
        headers = self.random.sample(HEADERS, self.random.randint(1, 6))
        host = self.random.choice(HOSTS) if self.random.random() < 0.3 else HOST
        return self._get(self._path(), *headers, host=host)

    def _acts(self) -> bytes:
        """Another method than reading, with a body that nobody asked for."""
        body = self.random.choice(BODIES)
        kind = f"Content-Type: {self.random.choice(TYPES)}"
        return (
            self._head(
                self.random.choice(METHODS),
                f"{self._path()}?{self._query(most=2)}",
                kind,
                f"Content-Length: {len(body)}",
            )
            + body
        )

    def _shouts(self) -> bytes:
        """Bytes that are no request, or one that no server should accept."""
        if self.random.random() < 0.2:
            return self.random.randbytes(self.random.randint(1, 3_000)) + b"\r\n\r\n"
        return self.random.choice(RAW)

    def _breaks_off(self) -> bytes:
        """A request that ends in its middle, as when somebody pulls the plug."""
        whole = self.random.choice([self._asks, self._heads, self._acts])()
        return whole[: self.random.randrange(1, len(whole))]

    # --- Their parts -----------------------------------------------------------------

    def _path(self) -> str:
        return self.random.choice(PREFIXES) + self.random.choice(PATHS)

    def _query(self, most: int = 6) -> str:
        if self.random.random() < 0.02:
            return "&".join(["specialty=ptsd"] * self.random.choice([390, 2_000]))
        pairs = (
            f"{self.random.choice(NAMES)}={self._escaped(self.random.choice(VALUES))}"
            for _ in range(self.random.randint(1, most))
        )
        return "&".join(pairs)

    def _escaped(self, value: str) -> str:
        if self.random.random() < 0.1:
            return quote_from_bytes(self.random.randbytes(12))
        if self.random.random() < 0.1 and value.isascii() and value.isprintable():
            return value.replace(" ", "+")
        return quote(value, safe="")

    def _get(self, target: str, *headers: str, host: str = HOST) -> bytes:
        return self._head("GET", target, *headers, host=host)

    def _head(self, method: str, target: str, *headers: str, host: str = HOST) -> bytes:
        lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", *headers]
        return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")
