"""What the environment may say, and what a site is without it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SECRET = "a long and random text that nobody else knows, only for this test 0123456789"


def manage(*arguments, **environment):
    """Run manage.py with `environment` as its only settings."""
    return run("manage.py", *arguments, **environment)


def run(*arguments, **environment):
    """Run Python with `environment` as its only settings."""
    ours = ("LOCATOR_", "DJANGO_", "SECRET_KEY", "DATABASE_", "CACHE_URL")
    kept = {k: value for k, value in os.environ.items() if not k.startswith(ours)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=kept | {"DJANGO_SETTINGS_MODULE": "teleclinic.settings"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def printed(expression, **environment):
    """What `expression` over `settings` is, with `environment` as its only settings."""
    code = f"from django.conf import settings; print({expression})"
    done = run("-c", code, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOCATOR_HTTP", "perhaps"),
        ("LOCATOR_ACCENT", "red"),
        ("LOCATOR_CONTACT_EMAIL", "nobody"),
        ("LOCATOR_HOME_COUNTRY", "usa"),
        ("LOCATOR_HOME_REGION", "Texas"),
        ("LOCATOR_FRAME_ANCESTORS", "https://a.example;script-src *"),
        ("LOCATOR_LANGUAGES", "en,klingon"),
        ("LOCATOR_OVERLAY", "/there/is/no/such/folder"),
        ("LOCATOR_GEOCODER_SECONDS", "-1"),
        ("LOCATOR_LOG_LEVEL", "LOUD"),
        ("LOCATOR_TILE_URL", "tiles.example.org"),
        ("LOCATOR_TILE_URL", "https://a.example; script-src */{z}/{x}/{y}.png"),
        ("LOCATOR_TILE_URL", "https://tiles.example.org/{z}/{x}/{y}.png"),
        ("LOCATOR_METRICS_TOKEN", "guessed"),
        ("LOCATOR_DEBUG", "1"),
        ("DATABASE_URL", "mysql://localhost/clinics"),
        ("DATABASE_URL", "nonsense"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(name, value):
    done = manage("check", **{"SECRET_KEY": SECRET, name: value})

    assert done.returncode == 1
    assert name in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("environment", "said", "unsaid"),
    [
        ({}, "/etc/teleclinic/site.env", "make run"),
        ({"LOCATOR_HTTP": "1"}, "make run", "/etc/teleclinic/site.env"),
    ],
)
def test_without_a_secret_key_the_start_says_what_to_do(
    tmp_path, environment, said, unsaid
):
    done = manage("check", LOCATOR_VAR=str(tmp_path), **environment)

    assert done.returncode == 1
    assert "SECRET_KEY" in done.stderr
    assert said in done.stderr
    assert unsaid not in done.stderr
    assert "Traceback" not in done.stderr


def test_the_mail_server_of_the_example_is_one():
    no_server = manage("check", SECRET_KEY=SECRET, EMAIL_URL="mail.example.org")
    example = re.search(r"submission://[^ ]*?(?=\.?\s)", no_server.stderr)[0]

    mail = printed(
        "settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS",
        SECRET_KEY=SECRET,
        LOCATOR_CONTACT_EMAIL="desk@example.org",
        EMAIL_URL=example,
    )

    assert mail == "mail.example.org 587 True"


def test_the_secret_key_is_read_from_the_file_that_make_run_keeps(tmp_path):
    (tmp_path / "secret-key").write_text(f"{SECRET}\n")

    key = printed("settings.SECRET_KEY", LOCATOR_VAR=str(tmp_path))

    assert key == SECRET


def test_a_deployment_that_sets_only_what_it_must_passes_every_check(tmp_path):
    must = {
        "SECRET_KEY": SECRET,
        "LOCATOR_HOSTS": "clinics.test",
        "LOCATOR_VAR": str(tmp_path),
    }

    manage("compile_translations", **must)
    done = manage("check", "--deploy", "--fail-level=WARNING", **must)

    assert done.returncode == 0, done.stderr


def test_plain_http_is_not_fit_for_deployment(tmp_path):
    done = manage(
        "check",
        "--deploy",
        "--fail-level=WARNING",
        SECRET_KEY=SECRET,
        LOCATOR_HTTP="1",
        LOCATOR_VAR=str(tmp_path),
    )

    assert done.returncode == 1
    assert "security.W004" in done.stderr


def test_empty_variables_are_absent_ones():
    names = ("NAME", "ACCENT", "HOME_COUNTRY", "HOME_REGION", "OVERLAY", "LANGUAGES")

    said = printed(
        "settings.LOCATOR_NAME, settings.LOCATOR_HOME_COUNTRY, settings.LANGUAGES",
        SECRET_KEY=SECRET,
        DATABASE_URL="",
        **{f"LOCATOR_{name}": "" for name in names},
    )

    languages = [("en", "English"), ("es", "Spanish"), ("hi", "Hindi")]
    assert said == f"Teleclinic Locator US {languages}"


def test_an_overlay_comes_before_the_sites_own_folders(tmp_path):
    folders = ("templates", "static", "locale")
    for folder in folders:
        (tmp_path / folder).mkdir()

    said = printed(
        "settings.TEMPLATES[0]['DIRS'][0], settings.STATICFILES_DIRS[0],"
        " settings.LOCATOR_LOCALES[0]",
        SECRET_KEY=SECRET,
        LOCATOR_OVERLAY=str(tmp_path),
    )

    assert said == " ".join(str(tmp_path / folder) for folder in folders)


def test_a_database_url_may_add_options_of_its_own():
    said = printed(
        "settings.DATABASES['default']['OPTIONS']",
        SECRET_KEY=SECRET,
        DATABASE_URL="postgresql://me@localhost/clinics?sslmode=require",
    )

    assert "'sslmode': 'require'" in said
    assert "connect_timeout" in said


SERVED = """
import os
os.environ.pop("LOCATOR_STATEMENT_SECONDS", None)
import teleclinic.wsgi
from django.conf import settings
print(settings.DATABASES["default"]["OPTIONS"])
"""


def test_only_what_serves_visitors_has_a_limit_on_statements():
    asked = {"SECRET_KEY": SECRET, "DATABASE_URL": "postgresql://me@localhost/clinics"}
    command = printed("settings.DATABASES['default']['OPTIONS']", **asked)
    done = subprocess.run(
        [sys.executable, "-c", SERVED],
        cwd=ROOT,
        env=os.environ | asked | {"DJANGO_SETTINGS_MODULE": "teleclinic.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "statement_timeout=0s" in command
    assert "statement_timeout=30s" in done.stdout


VISIT = """
from django.test import Client
response = Client().get("/brand.css", headers={"host": "clinics.example.org", %s})
print(response.status_code, response.headers)
"""


def visited(*headers, **environment):
    code = VISIT % ", ".join(headers)
    return manage(
        "shell",
        "--no-imports",
        "-c",
        code,
        SECRET_KEY=SECRET,
        LOCATOR_HOSTS="clinics.example.org",
        **environment,
    ).stdout


def test_a_deployment_sends_plain_http_to_https():
    said = visited()

    assert said.startswith("301")
    assert "https://clinics.example.org/brand.css" in said


def test_no_cache_keeps_the_way_to_https_which_repeats_the_question():
    assert "'Cache-Control': 'private, no-store'" in visited()


def test_only_a_proxy_of_the_operators_may_say_that_a_request_came_by_https():
    forwarded = '"x-forwarded-proto": "https"'

    assert visited(forwarded).startswith("301")
    said = visited(forwarded, LOCATOR_PROXY="1")
    assert said.startswith("200")
    assert "'Strict-Transport-Security': 'max-age=31536000; includeSubDomains" in said


@pytest.mark.parametrize("languages", ["es", "es,en", "hi, en"])
def test_the_first_language_is_the_one_of_the_pages(languages):
    said = printed(
        "settings.LANGUAGE_CODE", SECRET_KEY=SECRET, LOCATOR_LANGUAGES=languages
    )
    done = manage("check", SECRET_KEY=SECRET, LOCATOR_LANGUAGES=languages)

    assert said == languages[:2]
    assert done.returncode == 0, done.stderr


def test_spaces_between_the_values_of_a_list_do_not_count():
    said = printed(
        "settings.ALLOWED_HOSTS, settings.LOCATOR_LANGUAGES",
        SECRET_KEY=SECRET,
        LOCATOR_HOSTS="clinics.example.org, www.example.org",
        LOCATOR_LANGUAGES="en, es",
    )

    assert said == "['clinics.example.org', 'www.example.org'] ['en', 'es']"


def test_a_tile_address_that_names_no_tile_is_refused():
    done = manage(
        "check",
        SECRET_KEY=SECRET,
        LOCATOR_TILE_URL="https://tiles.example.org/map.png",
        LOCATOR_TILE_ATTRIBUTION="Example",
    )

    assert done.returncode == 1
    assert "LOCATOR_TILE_URL must hold {z}, {x} and {y}" in done.stderr


@pytest.mark.parametrize(
    ("url", "sources"),
    [
        ("https://tiles.example.org/a/{z}/{x}/{y}.png", "https://tiles.example.org"),
        ("https://{s}.example.org/{z}/{x}/{y}.png", "https://*.example.org"),
        ("http://127.0.0.1:8080/{z}/{x}/{y}.png", "http://127.0.0.1:8080"),
        ("/tiles/{z}/{x}/{y}.png", ""),
    ],
)
def test_the_origin_of_the_streets_enters_the_content_policy(url, sources):
    policy = printed(
        'settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"]',
        SECRET_KEY=SECRET,
        LOCATOR_TILE_URL=url,
        LOCATOR_TILE_ATTRIBUTION="Example",
    )

    assert policy == str(["'self'", "data:", *filter(None, [sources])])


def test_without_streets_the_content_policy_knows_no_other_host():
    directives = printed(
        'settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]', SECRET_KEY=SECRET
    )

    assert "img-src" not in directives


@pytest.mark.parametrize(
    ("environment", "is_asked"),
    [
        ({}, "True"),
        ({"LOCATOR_HTTP": "1"}, "False"),
        ({"LOCATOR_HTTP": "1", "LOCATOR_SECOND_FACTOR": "1"}, "True"),
        ({"LOCATOR_SECOND_FACTOR": "0"}, "False"),
    ],
)
def test_a_second_factor_is_asked_wherever_nobody_says_otherwise(environment, is_asked):
    asked = printed("settings.LOCATOR_SECOND_FACTOR", SECRET_KEY="x", **environment)

    assert asked == is_asked
