"""Who may enter the admin, and with what."""

from environs import validate

from .operator import LOCATOR_NAME
from .place import LOCATOR_HTTP
from .reading import env

# --- Who may enter the admin ----------------------------------------------------------

AUTH_USER_MODEL = "locator.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Whether the admin asks for the code of an authenticator, beside the password.
LOCATOR_SECOND_FACTOR = env.bool("LOCATOR_SECOND_FACTOR", not LOCATOR_HTTP)
OTP_TOTP_ISSUER = LOCATOR_NAME
# How long a link holds by which a new person sets password and authenticator.
PASSWORD_RESET_TIMEOUT = 48 * 60 * 60  # seconds
# After a login that was to lead elsewhere than to this site.
LOGIN_REDIRECT_URL = "admin:index"

# How long somebody may be away before the admin wants them to sign in again, and how
# long one sign-in holds at most.
LOCATOR_IDLE_MINUTES = env.int(
    "LOCATOR_IDLE_MINUTES", 30, validate=validate.Range(min=1, max=480)
)
LOCATOR_SESSION_HOURS = env.int(
    "LOCATOR_SESSION_HOURS", 8, validate=validate.Range(min=1, max=24)
)
SESSION_COOKIE_AGE = LOCATOR_SESSION_HOURS * 60 * 60
# No page for visitors is sent a cookie of the admin, whoever reads it.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin/"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# By name and address together: by name alone, anyone could lock a curator out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1  # hours
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_CLIENT_STR_CALLABLE = "locator.logs.anonymous"
AXES_CLIENT_IP_CALLABLE = "locator.logs.client_address"
AXES_LOCKOUT_CALLABLE = "locator.admin.locked_out"

# A practice licensed in every state has hundreds of coverage areas on its one page.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Files that curators send ---------------------------------------------------------

# The largest file to import, and the largest spreadsheet, in MB.
LOCATOR_LARGEST_UPLOAD = env.int(
    "LOCATOR_LARGEST_UPLOAD", 50, validate=validate.Range(min=1)
)
# Behind our own sign before formulas, which a sheet that comes back loses again.
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_ESCAPE_ILLEGAL_CHARS_ON_EXPORT = True
