"""What machines find wrong with clinics, for people to look at: nothing here is truth.

All of it is derived and can be dropped: `refresh_all` makes it anew.
"""

from .refreshing import refresh, refresh_all

__all__ = ["refresh", "refresh_all"]
