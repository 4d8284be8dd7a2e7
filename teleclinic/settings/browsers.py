"""What browsers are told."""

from csp.constants import NONE, SELF

from .others import LOCATOR_TILE_URL, tile_origin
from .place import LOCATOR_HTTP, LOCATOR_PROXY
from .reading import each_like, listed

SECURE_SSL_REDIRECT = not LOCATOR_HTTP
SECURE_HSTS_SECONDS = 0 if LOCATOR_HTTP else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not LOCATOR_HTTP
SECURE_HSTS_PRELOAD = not LOCATOR_HTTP
SESSION_COOKIE_SECURE = not LOCATOR_HTTP
CSRF_COOKIE_SECURE = not LOCATOR_HTTP
SECURE_REFERRER_POLICY = "same-origin"
if LOCATOR_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = listed(
    "LOCATOR_TRUSTED_ORIGINS",
    [],
    validate=each_like(r"https?://[\w.*-]+(:\d+)?", "https://clinics.example.org"),
)
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
if LOCATOR_TILE_URL:
    # Where the map lets go of a tile it puts an empty image from a data: address.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"] = [SELF, "data:", *tile_origin()]
PERMISSIONS_POLICY = {
    "geolocation": "self",
    "camera": [],
    "microphone": [],
    "payment": [],
    "usb": [],
}
