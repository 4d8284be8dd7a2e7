"""A page as a test reads it: its elements, what they say, what labels them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta", "path", "rect", "use"}
SILENT = {"script", "style", "template"}
# What a reader never takes for one word with what stands beside it.
APART = {"br", "caption", "dd", "div", "dt", "h1", "h2", "h3", "li", "p", "td", "th"}


@dataclass
class Element:
    tag: str
    attrs: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    def __iter__(self) -> Iterator["Element"]:
        """This element and all within it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child

    @property
    def text(self) -> str:
        """What it says, with single spaces."""
        return " ".join(self._said().split())

    def _said(self) -> str:
        if self.tag in SILENT:
            return ""
        said = "".join(
            child if isinstance(child, str) else child._said()
            for child in self.children
        )
        return f" {said} " if self.tag in APART else said

    def all(self, tag: str = "", **attrs: str) -> list["Element"]:
        """Elements within it of `tag` that have `attrs`; `class_` is one of several."""
        return [each for each in self if each.is_like(tag, attrs)]

    def one(self, tag: str = "", **attrs: str) -> "Element":
        found = self.all(tag, **attrs)
        assert len(found) == 1, f"{len(found)} of {tag or 'any'} {attrs}"
        return found[0]

    def is_like(self, tag: str, attrs: dict[str, str]) -> bool:
        if tag and self.tag != tag:
            return False
        return all(
            value in self.attrs.get("class", "").split()
            if name == "class_"
            else self.attrs.get(name) == value
            for name, value in attrs.items()
        )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag, attrs):
        self._open[-1].children.append(
            Element(tag, {name: value or "" for name, value in attrs})
        )

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self._open[-1].tag == tag, f"</{tag}> ends <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data):
        self._open[-1].children.append(data)


def read(response) -> Element:
    """The page of `response`; AssertionError where a tag is not closed."""
    reader = _Reader()
    reader.feed(response.content.decode())
    reader.close()
    assert [each.tag for each in reader._open] == [""]
    return reader.root


def results(client, **asked):
    """The page of results for what is `asked`, near Austin unless it says otherwise."""
    return read(client.get("/clinics/", {"place": "Austin", **asked}))
