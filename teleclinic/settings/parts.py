"""What the site is put together from."""

from .operator import layers
from .place import DEBUG, LOCATOR_VAR

# --- Parts ----------------------------------------------------------------------------

INSTALLED_APPS = [
    "locator",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "axes",
    "csp",
    "simple_history",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]

MIDDLEWARE = [
    "locator.health.answer_probes",
    "locator.metrics.measure",
    "locator.conditional.keep_no_errors",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "locator.replicas.reading.ReadFromReplicas",
    "django.middleware.gzip.GZipMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "locator.framing.allow_framing",
    "locator.admin.gate.refuse_nulls",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "locator.languages.pages.language_of_the_address",
    "locator.bounds.refuse_excess",
    "locator.limits.LimitRequests",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "locator.admin.gate.end_idle_sessions",
    "axes.middleware.AxesMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "locator.health.DatabaseAway",
]

# The public pages, and for every name that is none of theirs the desk's.
TEMPLATES = [
    {
        "NAME": "pages",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": layers("templates"),
        "OPTIONS": {
            "environment": "locator.pages.environment.environment",
            "context_processors": [
                "locator.brand.brand",
                "locator.pages.saying.sayings",
            ],
            "is_strict": DEBUG,
        },
    },
    {
        "NAME": "desk",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": layers("templates"),
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "locator.brand.brand",
            ],
        },
    },
]

# --- Static files ---------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = LOCATOR_VAR / "static"
STATICFILES_DIRS = layers("static")
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "teleclinic.storage.LeafletFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "teleclinic.storage.HashedStorage"
    },
}
