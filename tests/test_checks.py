from datetime import date, timedelta

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.utils import timezone

from locator.models import Helpline


def found(**options):
    return {
        message.id
        for message in run_checks(**options)
        if message.id.startswith("locator.")
    }


def test_a_published_sample_fails_the_deployment_check(make_clinic):
    make_clinic("Invented Care", is_sample=True)

    assert "locator.E004" in found(include_deployment_checks=True)
    with pytest.raises(SystemCheckError, match="1 sample clinic is published"):
        call_command("check", deploy=True)


def test_real_clinics_and_withdrawn_samples_do_not(make_clinic):
    make_clinic("Real Care")
    make_clinic(
        "Invented Care", is_sample=True, status="withdrawn", withdrawn_reason="sample"
    )

    assert "locator.E004" not in found(include_deployment_checks=True)


def examples_left():
    said = run_checks(include_deployment_checks=True)
    return [message for message in said if message.id == "locator.W010"]


@pytest.mark.parametrize(("days", "warned"), [(364, False), (366, True)])
def test_a_helpline_not_checked_for_a_year_warns(db, days, warned):
    Helpline.objects.update(checked_on=timezone.localdate())
    helpline = Helpline.objects.first()
    helpline.checked_on -= timedelta(days=days)
    helpline.save()

    assert ("locator.W005" in found(include_deployment_checks=True)) is warned


def test_however_many_helplines_are_old_one_warning_counts_them(db):
    Helpline.objects.update(checked_on=date(2024, 5, 2))
    Helpline.objects.filter(country="IN").update(checked_on=date(2024, 5, 1))

    messages = run_checks(include_deployment_checks=True)

    (warning,) = (each for each in messages if each.id == "locator.W005")
    assert warning.msg == (
        f"{Helpline.objects.count()} helplines were not checked for a year, "
        "the first since 2024-05-01."
    )
    assert "list_helplines" in warning.hint


@pytest.mark.parametrize(
    ("setting", "value", "name"),
    [
        ("ALLOWED_HOSTS", ["clinics.example.org"], "LOCATOR_HOSTS"),
        ("LOCATOR_CONTACT_EMAIL", "desk@example.org", "LOCATOR_CONTACT_EMAIL"),
        ("EMAIL_HOST", "mail.example.org", "EMAIL_URL"),
        ("CSRF_TRUSTED_ORIGINS", ["https://a.example:8443"], "LOCATOR_TRUSTED_ORIGINS"),
        (
            "LOCATOR_TILE_URL",
            "https://tiles.example.org/{z}/{x}/{y}.png",
            "LOCATOR_TILE_URL",
        ),
        (
            "LOCATOR_GEOCODER_USER_AGENT",
            "clinics.example.org (desk@example.org)",
            "LOCATOR_GEOCODER_USER_AGENT",
        ),
    ],
)
def test_an_example_that_is_left_in_a_setting_warns(db, settings, setting, value, name):
    setattr(settings, setting, value)

    (warning,) = examples_left()
    assert warning.msg.startswith(f"{name} still holds the example ")


def test_the_password_of_the_example_warns_and_is_not_repeated(
    db, settings, monkeypatch
):
    monkeypatch.setitem(settings.DATABASES["default"], "PASSWORD", "password")

    (warning,) = examples_left()
    assert warning.msg == "DATABASE_URL still holds the password of the example."


@pytest.mark.parametrize(
    "host", ["clinics.example-care.org", "example.care", "myexample.org", "localhost"]
)
def test_what_only_looks_like_an_example_does_not_warn(db, settings, host):
    settings.ALLOWED_HOSTS = [host]

    assert examples_left() == []


@pytest.mark.parametrize("key", ["django-insecure-" + "a1b2c3" * 9, "Change me! " * 9])
def test_a_key_that_was_copied_fails_the_deployment_check(db, settings, key):
    settings.SECRET_KEY = key

    assert "locator.E009" in found(include_deployment_checks=True)


def test_without_deploy_no_check_reads_the_database():
    # pytest-django refuses the database to a test that does not ask for it.
    assert found() == set()


def test_a_logo_that_is_not_there_is_an_error(settings):
    settings.LOCATOR_LOGO = "brand/missing.svg"

    assert found() == {"locator.E001"}


def test_a_home_region_elsewhere_is_an_error(settings):
    settings.LOCATOR_HOME_COUNTRY = "IN"
    settings.LOCATOR_HOME_REGION = "US-TX"

    assert found() == {"locator.E002"}


@pytest.mark.parametrize(("name", "errors"), [("nominatim", 0), ("crystal-ball", 1)])
def test_a_geocoder_that_geopy_does_not_have_is_an_error(settings, name, errors):
    settings.LOCATOR_GEOCODER = name

    assert len(found()) == errors


def test_translations_that_nobody_made_are_warned_of(settings, tmp_path):
    assert "locator.W006" not in found()

    settings.LOCALE_PATHS = [tmp_path]

    assert "locator.W006" in found()
    call_command("compile_translations", verbosity=0)
    assert "locator.W006" not in found()


def test_a_template_of_the_overlay_that_is_no_jinja2_is_named(db, tmp_path, settings):
    folder = tmp_path / "locator"
    folder.mkdir()
    (folder / "_footer.html").write_text("{% load i18n %}\n")
    pages, desk = settings.TEMPLATES
    settings.TEMPLATES = [pages | {"DIRS": [tmp_path, *pages["DIRS"]]}, desk]

    said = run_checks(include_deployment_checks=True)

    (wrong,) = (error for error in said if error.id == "locator.E008")
    assert f"{folder / '_footer.html'}, line 1" in wrong.msg


def test_every_template_of_ours_compiles(db):
    assert "locator.E008" not in found(include_deployment_checks=True)
