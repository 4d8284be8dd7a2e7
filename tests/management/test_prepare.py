import re

import pytest
from django.core.management import call_command

from locator.models import Clinic, Region


@pytest.fixture
def quick_places(settings, monkeypatch):
    """Stands in for half a minute of gazetteers, which have tests of their own."""
    monkeypatch.setattr("locator.gazetteer.load.is_current", lambda: True)


def test_a_site_is_made_ready_twice_without_a_difference(
    db, settings, tmp_path, quick_places, capsys
):
    settings.STATIC_ROOT = tmp_path

    for _ in range(2):
        call_command("prepare")

    assert Region.objects.filter(code="US-TX").exists()
    assert (tmp_path / "css" / "site.css").exists()
    assert not Clinic.objects.exists()
    said = capsys.readouterr().out
    assert re.findall(r"^(\w+)", said, re.M)[:7] == [
        "Tables",
        "Regions",
        "Places",
        "Search",
        "Roles",
        "Translations",
        "Static",
    ]


def test_samples_are_loaded_only_where_asked(db, settings, tmp_path, quick_places):
    settings.STATIC_ROOT = tmp_path

    call_command("prepare", samples=True, verbosity=0)

    assert Clinic.objects.samples().published().count() > 200
