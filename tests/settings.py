"""The settings that tests run with: the site's own, whatever the shell around says.

Only `DATABASE_URL` is taken from it. Without one, SQLite in a file of this run's own: a
database in memory has other locks than the one that visitors meet.
"""

import os
import tempfile
from pathlib import Path

_OURS = ("LOCATOR_", "DATABASE_REPLICA_URL", "CACHE_URL")
for _name in [name for name in os.environ if name.startswith(_OURS)]:
    del os.environ[_name]
_folder = tempfile.TemporaryDirectory(prefix="teleclinic-test-")
Path(_folder.name, "static").mkdir()
os.environ["LOCATOR_HTTP"] = "1"
# A test asks more in a second than people do in an hour.
for _name in ("SEARCH", "SUGGESTIONS", "GEOJSON"):
    os.environ[f"LOCATOR_LIMIT_{_name}"] = "0"
os.environ["LOCATOR_STATEMENT_SECONDS"] = "30"
os.environ["LOCATOR_VAR"] = _folder.name
os.environ["SECRET_KEY"] = "only-for-tests"

from teleclinic.settings import *  # noqa: E402, F403
from teleclinic.settings import DATABASES, STORAGES, TEMPLATES  # noqa: E402

# A thread of the live server that keeps its connection would keep the database too.
DATABASES["default"]["CONN_MAX_AGE"] = 0
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": Path(_folder.name) / "test.sqlite3"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
# A name that a page of ours is not given is a mistake.
TEMPLATES[0]["OPTIONS"]["is_strict"] = True
