"""The settings that tests run with: the site's own, whatever the shell around says."""

import os

for _name in [name for name in os.environ if name.startswith("LOCATOR_")]:
    del os.environ[_name]
os.environ["LOCATOR_HTTP"] = "1"
os.environ["SECRET_KEY"] = "only-for-tests"

from teleclinic.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
