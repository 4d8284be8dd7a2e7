"""What the site, or a visitor's browser, asks of others: nothing of itself."""

from environs import validate

from .reading import env, like

# --- Places that our own table does not know ------------------------------------------

# A geocoder of geopy by its name there ("nominatim", "photon", …); none: no network.
LOCATOR_GEOCODER = env.str("LOCATOR_GEOCODER", "")
LOCATOR_GEOCODER_DOMAIN = env.str("LOCATOR_GEOCODER_DOMAIN", "")
LOCATOR_GEOCODER_KEY = env.str("LOCATOR_GEOCODER_KEY", "")
LOCATOR_GEOCODER_USER_AGENT = env.str("LOCATOR_GEOCODER_USER_AGENT", "")
LOCATOR_GEOCODER_SECONDS = env.float(
    "LOCATOR_GEOCODER_SECONDS", 3.0, validate=validate.Range(min=0.1, max=30)
)
if LOCATOR_GEOCODER and not LOCATOR_GEOCODER_USER_AGENT:
    env.refuse(
        "LOCATOR_GEOCODER_USER_AGENT is not set: a public geocoder wants to know who "
        "asks, as in 'clinics.example.org (desk@example.org)'."
    )

# --- Websites of clinics --------------------------------------------------------------

# Whether the worker and `inspect_clinics --websites` may ask clinics' websites whether
# they are there. It tells each of them that this site lists it.
LOCATOR_CHECK_WEBSITES = env.bool("LOCATOR_CHECK_WEBSITES", False)

# --- Streets on the map ---------------------------------------------------------------

# Where the map takes its streets from, as https://tiles.example.org/{z}/{x}/{y}.png;
# none: no streets, and no request to anybody else. Visitors' browsers ask there as soon
# as they open the map: see what that host promises. They send it no Referer.
LOCATOR_TILE_URL = env.str(
    "LOCATOR_TILE_URL",
    "",
    validate=like(
        r"(https?://({s}\.)?[\w-]+(\.[\w-]+)*(:\d+)?)?/[^\s\"'<>]*",
        "https://tiles.example.org/{z}/{x}/{y}.png",
    ),
)
# Whom the map names for them, in plain text; addresses in it become links.
LOCATOR_TILE_ATTRIBUTION = env.str("LOCATOR_TILE_ATTRIBUTION", "")
if LOCATOR_TILE_URL and not LOCATOR_TILE_ATTRIBUTION:
    env.refuse(
        "LOCATOR_TILE_ATTRIBUTION is not set: whoever draws the streets of "
        "LOCATOR_TILE_URL must be named, as in '© OpenStreetMap contributors, "
        "https://www.openstreetmap.org/copyright'."
    )
if LOCATOR_TILE_URL and not all(f"{{{part}}}" in LOCATOR_TILE_URL for part in "xyz"):
    env.refuse("LOCATOR_TILE_URL must hold {z}, {x} and {y}.")


def tile_origin() -> list[str]:
    """Where the content policy must let images come from beside this site."""
    scheme, _, rest = LOCATOR_TILE_URL.partition("://")
    return [f"{scheme}://{rest.partition('/')[0].replace('{s}', '*')}"] if rest else []
