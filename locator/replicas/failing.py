"""What an error says of the database that it came from."""

from django.db import DatabaseError, InterfaceError, OperationalError

# SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html
_READ_ONLY = "25006"
_CANCELLED = "57014"
# What ended this statement alone: on a replica, that what it read was cleaned away.
_ROLLED_BACK = "40"
_NO_LOCK = "55P03"


def is_away(error: BaseException | None) -> bool:
    """Whether the database could not do what it is there for, now or for writing."""
    return isinstance(error, InterfaceError | OperationalError) or is_read_only(error)


def is_read_only(error: BaseException | None) -> bool:
    """Whether something was to be written where nothing can be: to a replica."""
    return isinstance(error, DatabaseError) and _code(error) == _READ_ONLY


def is_busy(error: BaseException | None) -> bool:
    """Whether it is there, but had no room for this now: for others, or for too long.

    The same works when they are done.
    """
    if not isinstance(error, OperationalError):
        return False
    code = _code(error)
    sqlite = getattr(error.__cause__, "sqlite_errorname", "")
    return (
        code.startswith(_ROLLED_BACK)
        or code in (_CANCELLED, _NO_LOCK)
        or sqlite.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    )


def is_lost(error: BaseException) -> bool:
    """Whether it is the whole server that is away, as far as one can see."""
    code = _code(error)
    return not code.startswith(_ROLLED_BACK) and code not in (_READ_ONLY, _CANCELLED)


def may_go_elsewhere(error: BaseException) -> bool:
    """Whether another server may answer what this one could not.

    What one worked on for too long would only take as long on the next.
    """
    return _code(error) != _CANCELLED


def _code(error: BaseException) -> str:
    """The SQLSTATE, "" where there is none: the connection was lost, or never made."""
    return getattr(error.__cause__, "sqlstate", None) or ""
