"""Who runs the site, and what of theirs comes before ours."""

from pathlib import Path

from .place import BASE_DIR
from .reading import each_like, env, like, listed

LOCATOR_NAME = env.str("LOCATOR_NAME", "") or "Teleclinic Locator"
# A file below a static/ folder: the site's, or the overlay's.
LOCATOR_LOGO = env.str("LOCATOR_LOGO", "", validate=like(r"[^/].*", "brand/logo.svg"))
LOCATOR_ACCENT = env.str(
    "LOCATOR_ACCENT", "", validate=like("#[0-9a-fA-F]{6}", "#1a6f5c")
)
LOCATOR_OPERATOR = env.str("LOCATOR_OPERATOR", "")
LOCATOR_CONTACT_EMAIL = env.str(
    "LOCATOR_CONTACT_EMAIL", "", validate=like(r"[^@\s]+@[^@\s]+", "desk@example.org")
)
# What the operator says of itself at the head of /about/, in plain text.
LOCATOR_ABOUT = env.str("LOCATOR_ABOUT", "")
# Whose helplines stand on a page that is about no country.
LOCATOR_HOME_COUNTRY = (
    env.str("LOCATOR_HOME_COUNTRY", "", validate=like("[A-Z]{2}", "US")) or "US"
)
# The state or province that the site is run for: the home page leads to its clinics.
LOCATOR_HOME_REGION = env.str(
    "LOCATOR_HOME_REGION", "", validate=like("[A-Z]{2}-[A-Z0-9]{1,3}", "US-TX")
)
# Who may show the public pages in a frame.
LOCATOR_FRAME_ANCESTORS = listed(
    "LOCATOR_FRAME_ANCESTORS",
    [],
    validate=each_like(
        r"https?://[\w.*-]+(:\d+)?", "https://news.example.org,https://example.net"
    ),
)

# A folder outside the project whose templates/, static/ and locale/ come first.
LOCATOR_OVERLAY = env.str("LOCATOR_OVERLAY", "")
if LOCATOR_OVERLAY and not Path(LOCATOR_OVERLAY).is_dir():
    env.refuse(f"LOCATOR_OVERLAY: no folder {LOCATOR_OVERLAY}.")


def layers(name: str) -> list[Path]:
    """The folders called `name` that there are, the overlay's first."""
    roots = [Path(LOCATOR_OVERLAY).absolute()] if LOCATOR_OVERLAY else []
    return [root / name for root in (*roots, BASE_DIR) if (root / name).is_dir()]
