"""Time zones by the names that people call them."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_NAMES: dict[Promise, tuple[str, ...]] = {
    gettext_lazy("Eastern time"): (
        "America/New_York",
        "America/Detroit",
        "America/Indiana/Indianapolis",
        "America/Indiana/Marengo",
        "America/Indiana/Petersburg",
        "America/Indiana/Vevay",
        "America/Indiana/Vincennes",
        "America/Indiana/Winamac",
        "America/Kentucky/Louisville",
        "America/Kentucky/Monticello",
        "America/Toronto",
    ),
    gettext_lazy("Central time"): (
        "America/Chicago",
        "America/Indiana/Knox",
        "America/Indiana/Tell_City",
        "America/Menominee",
        "America/North_Dakota/Beulah",
        "America/North_Dakota/Center",
        "America/North_Dakota/New_Salem",
        "America/Winnipeg",
    ),
    gettext_lazy("Mountain time"): (
        "America/Denver",
        "America/Boise",
        "America/Edmonton",
    ),
    # Without summer time: an hour off its neighbours for half of the year.
    gettext_lazy("Arizona time"): ("America/Phoenix",),
    gettext_lazy("Saskatchewan time"): ("America/Regina",),
    gettext_lazy("Pacific time"): ("America/Los_Angeles", "America/Vancouver"),
    gettext_lazy("Alaska time"): (
        "America/Anchorage",
        "America/Juneau",
        "America/Metlakatla",
        "America/Nome",
        "America/Sitka",
        "America/Yakutat",
    ),
    gettext_lazy("Hawaii time"): ("Pacific/Honolulu",),
    gettext_lazy("Atlantic time"): ("America/Halifax",),
    gettext_lazy("Puerto Rico time"): ("America/Puerto_Rico",),
    gettext_lazy("Newfoundland time"): ("America/St_Johns",),
    gettext_lazy("India time"): ("Asia/Kolkata", "Asia/Calcutta"),
    gettext_lazy("UK time"): ("Europe/London",),
    gettext_lazy("Irish time"): ("Europe/Dublin",),
}
_NAME_OF = {zone: name for name, zones in _NAMES.items() for zone in zones}


def zone_name(time_zone: str) -> str:
    """The zone with this IANA name in words: "Central time", else "Melbourne time"."""
    if name := _NAME_OF.get(time_zone):
        return str(name)
    city = time_zone.rpartition("/")[2].replace("_", " ")
    return _("%(city)s time") % {"city": city}
