"""Whose requests cannot be told apart, by how that comes. No address is among it."""

from .meters import is_on, meters


def count_indistinct(why: str) -> None:
    """Count a request that limits cannot hold against its own sender."""
    if is_on():
        meters().indistinct.labels(why).inc()
