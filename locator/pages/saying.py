"""Plain strings of pages, looked up once in each language and not for every visitor."""

from typing import Any
from weakref import WeakKeyDictionary

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import catalog
from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup


class Sayings(dict[str, Markup]):
    """The strings of templates in one language; each is looked up when first said.

    They grow to what templates hold and no further: nothing of a visitor comes here.
    """

    def __missing__(self, text: str) -> Markup:
        self[text] = said = in_words(text)
        return said


class SayingsNow:
    """The same in whatever language is active, for pages made without a request."""

    def __getitem__(self, text: str) -> Markup:
        return in_words(text)


def in_words(text: str) -> Markup:
    """`text` in the page's language; its percent signs are written twice."""
    # Named by its module: a mark by itself would have `text` collected.
    return Markup(translation.gettext(text)) % ()


# By Django's catalogue of a language: one that is read anew begins anew.
_KEPT: WeakKeyDictionary[Any, Sayings] = WeakKeyDictionary()


def sayings(request: HttpRequest) -> dict[str, Sayings]:
    """Context processor: what is said in the page's language."""
    return {"said": _KEPT.setdefault(catalog(), Sayings())}


class SayingEnvironment(Environment):
    """Compiles `_("…")` of a plain string to a look-up in `said`."""

    def make_globals(self, d: Any) -> Any:
        """Those of the environment as they are: a map over them costs every part."""
        return super().make_globals(d) if d else self.globals

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        said = _PlainStrings().visit(source)
        return super()._generate(said.set_environment(self), *args, **kwargs)


class _PlainStrings(NodeTransformer):
    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if not _is_plain(node):
            return node
        said = nodes.Name("said", "load", lineno=node.lineno)
        return nodes.Getitem(said, node.args[0], "load", lineno=node.lineno)


def _is_plain(node: nodes.Call) -> bool:
    return (
        isinstance(node.node, nodes.Name)
        and node.node.name in ("_", "gettext")
        and len(node.args) == 1
        and isinstance(node.args[0], nodes.Const)
        and not node.kwargs
    )
