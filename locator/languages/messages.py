"""The strings that visitors read, found where code and templates mark them.

The curators' desk stays English: its strings are left out here, see
docs/decisions/languages.md.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template import engines
from jinja2 import nodes

# Below locator/ and templates/: what only curators and operators read.
DESK = {
    "admin",
    "apps.py",
    "checks.py",
    "curation",
    "facts.py",
    "importers",
    "inspecting",
    "management",
    "migrations",
    # Names of tables and columns. What is said of them has rooms of its own; the
    # labels of closed choices, which pages show, are found all the same.
    "models",
    "queues",
    "sheets",
    "tasks",
}
# Of the models, those of the desk alone: no page shows the labels of their choices.
DESK_MODELS = {
    "change.py",
    "decision.py",
    "inspection.py",
    "proposal.py",
    "report.py",
    "source.py",
    "work.py",
}
# By the name of the marking function: which of its arguments are what.
MARKS = {
    "_": ("id",),
    "gettext": ("id",),
    "gettext_lazy": ("id",),
    "gettext_noop": ("id",),
    "ngettext": ("id", "plural"),
    "ngettext_lazy": ("id", "plural"),
    "pgettext": ("context", "id"),
    "pgettext_lazy": ("context", "id"),
    "npgettext": ("context", "id", "plural"),
    "npgettext_lazy": ("context", "id", "plural"),
}
# Django's own words, some of whose translations mislead or are misspelt.
BORROWED = {
    "AM",
    "PM",
    "Monday",
    "Thursday",
    "Thu",
    "September",
    "November",
    "December",
}


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """A string to translate; `plural` and `context` are "" where it has none."""

    id: str
    context: str = ""
    plural: str = ""


def messages(root: Path) -> dict[Message, list[str]]:
    """Every string for visitors below `root`, and the files that hold it, sorted.

    Raises ValueError for one that is marked in a way that nobody could translate.
    """
    found: dict[Message, set[str]] = {Message(each): set() for each in BORROWED}
    for path in sorted((root / "locator").rglob("*.py")):
        if _is_public(inside := path.relative_to(root)):
            for message in in_code(path.read_text("utf-8"), str(inside)):
                found.setdefault(message, set()).add(str(inside))
        elif inside.parts[1] == "models" and inside.name not in DESK_MODELS:
            for message in in_choices(path.read_text("utf-8"), str(inside)):
                found.setdefault(message, set()).add(str(inside))
    for path in sorted((root / "templates").rglob("*.html")):
        if _is_public(inside := path.relative_to(root)):
            for message in in_template(path.read_text("utf-8"), str(inside)):
                found.setdefault(message, set()).add(str(inside))
    return {message: sorted(found[message]) for message in sorted(found)}


def _is_public(inside: Path) -> bool:
    return inside.parts[1] not in DESK


def in_code(text: str, name: str) -> Iterator[Message]:
    """The strings that Python code marks."""
    yield from _marked(ast.parse(text), name)


def in_choices(text: str, name: str) -> Iterator[Message]:
    """Those among them that are labels of a closed choice, or said by a function."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(
            ast.unparse(base).endswith("Choices") for base in node.bases
        ):
            yield from _marked(node, name)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield from _marked(node, name)


def _marked(tree: ast.AST, name: str) -> Iterator[Message]:
    for node in ast.walk(tree):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if is_call and (roles := MARKS.get(node.func.id)):
            yield Message(**_texts(node, roles, name))


def _texts(
    call: ast.Call | nodes.Call, roles: tuple[str, ...], name: str
) -> dict[str, str]:
    texts = [getattr(argument, "value", None) for argument in call.args[: len(roles)]]
    if len(texts) < len(roles) or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{name}:{call.lineno} marks what is no plain text.")
    return dict(zip(roles, texts, strict=True))


def in_template(text: str, name: str) -> Iterator[Message]:
    """The strings that a page's template marks, as its engine will look them up."""
    for call in engines["pages"].env.parse(text, name).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and (roles := MARKS.get(call.node.name)):
            yield Message(**_texts(call, roles, name))
