"""The copies of the database that visitors' pages are read from, where there are any.

docs/decisions/replicas.md says what is decided and why.
"""

from .fleet import State
from .reading import only
from .watching import servers, states

__all__ = ["State", "only", "servers", "states"]
