"""Somebody at the desk of a site that is served, by HTTP alone: for `make load`."""

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser

# Longer than the server works on anything that the desk sends.
PATIENCE = 120  # seconds
NEVER_SENT = {"submit", "button", "image", "reset", "file"}


class DeskError(Exception):
    """The desk did not do what was asked of it; the message says what it answered."""


class Curator:
    """A person's browser at the desk of the site at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._browser = urllib.request.build_opener(jar)

    def sign_in(self, name: str, password: str, code: str) -> None:
        """Enter by password and second factor. DeskError where that is refused."""
        address = "/admin/login/?next=/admin/"
        form = self.open(address, "login-form")
        person = {"username": name, "password": password, "otp_token": code}
        self.send(address, form.fields | person)

    def open(self, address: str, form_id: str) -> "Form":
        """The form of that id on the page, filled in as it comes."""
        form = Form(form_id)
        form.feed(self._ask(address)[1])
        if not form.fields:
            raise DeskError(f"{address} has no form {form_id}")
        return form

    def send(self, address: str, fields: dict[str, str | list[str]]) -> None:
        """Send a form. DeskError unless it is taken, which leads to another page."""
        body = urllib.parse.urlencode(fields, doseq=True).encode()
        came_to, page = self._ask(address, body)
        if came_to == self.url + address:
            raise DeskError(f"the form came back: {_complaint(page)}")

    def _ask(self, address: str, body: bytes | None = None) -> tuple[str, str]:
        """The address of the page that comes in the end, and the page."""
        request = urllib.request.Request(self.url + address, body)
        request.add_header("Origin", self.url)
        try:
            with self._browser.open(request, timeout=PATIENCE) as answer:
                return answer.url, answer.read().decode()
        except urllib.error.HTTPError as error:
            raise DeskError(f"status {error.code}") from error
        except (urllib.error.URLError, OSError) as error:
            raise DeskError(type(error).__name__) from error


class Form(HTMLParser):
    """Reads the fields of one form of a page, with the values that a browser sends."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._form_id, self._is_inside = form_id, False
        self._select: dict[str, str | None] = {}
        self._first: str | None = None
        self._text: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self._is_inside = told.get("id") == self._form_id
        if not self._is_inside:
            return
        match tag:
            case "input":
                self._take_input(told)
            case "select":
                self._select, self._first = told, None
            case "option" if self._select:
                self._take_option(told)
            case "textarea":
                self._text, self._area = "", told.get("name")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "textarea" and self._text is not None:
            # A browser leaves out the line break that the tag is followed by.
            self._add(self._area, self._text.removeprefix("\n"))
            self._text = None
        elif tag == "select" and self._select:
            name = self._select.get("name")
            if self._first is not None and name not in self.fields:
                self._add(name, self._first)
            self._select = {}

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text += data

    def _take_input(self, told: dict[str, str | None]) -> None:
        kind = told.get("type", "text")
        if kind in NEVER_SENT or "disabled" in told:
            return
        if kind not in ("checkbox", "radio"):
            self._add(told.get("name"), told.get("value") or "")
        elif "checked" in told:
            self._add(told.get("name"), told.get("value") or "on")

    def _take_option(self, told: dict[str, str | None]) -> None:
        value = told.get("value") or ""
        if "selected" in told:
            self._add(self._select.get("name"), value)
        elif self._first is None and "multiple" not in self._select:
            # Sent where none is selected.
            self._first = value

    def _add(self, name: str | None, value: str) -> None:
        # Rows that a script would copy are not sent.
        if name and "__prefix__" not in name:
            self.fields.setdefault(name, []).append(value)


class _Complaints(HTMLParser):
    """The first sentence that a page puts into a list of errors."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self._is_next = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if "errorlist" in (dict(attrs).get("class") or "") and not self.first:
            self._is_next = True

    def handle_data(self, data: str) -> None:
        if self._is_next and data.strip():
            self.first, self._is_next = data.strip(), False


def _complaint(page: str) -> str:
    complaints = _Complaints()
    complaints.feed(page)
    return complaints.first or "no word why"
