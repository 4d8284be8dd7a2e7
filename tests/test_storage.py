import json

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from teleclinic.storage import LeafletFinder

HASHED = {"staticfiles": {"BACKEND": "teleclinic.storage.HashedStorage"}}


@pytest.fixture
def collect(settings, tmp_path):
    """A function: what a site serves that has these static files, by their names."""
    settings.STORAGES = settings.STORAGES | HASHED
    settings.STATIC_ROOT = tmp_path / "served"
    settings.STATICFILES_DIRS = [tmp_path / "own"]

    def run(**files):
        (tmp_path / "own").mkdir()
        for name, text in files.items():
            (tmp_path / "own" / name.replace("_", ".")).write_text(text)
        call_command("collectstatic", interactive=False, verbosity=0)
        told = json.loads((tmp_path / "served" / "staticfiles.json").read_text())
        return told["paths"]

    return run


def test_files_are_served_under_names_that_change_with_their_content(collect, tmp_path):
    paths = collect(site_css="main { color: black }\n" * 40)

    assert paths["site.css"] != "site.css"
    assert staticfiles_storage.url("site.css") == f"/static/{paths['site.css']}"
    assert (tmp_path / "served" / f"{paths['site.css']}.gz").exists()


def test_style_sheets_name_what_they_use_by_its_new_name(collect, tmp_path):
    paths = collect(
        site_css='main { background: url("mark.svg") }', mark_svg="<svg></svg>"
    )

    served = (tmp_path / "served" / paths["site.css"]).read_text()
    assert paths["mark.svg"] in served


def test_a_script_may_name_a_source_map_that_it_does_not_bring(collect):
    paths = collect(map_js="let a = 1;\n//# sourceMappingURL=map.js.map\n")

    assert "map.js" in paths


def test_of_leaflet_only_what_pages_use_is_served(collect):
    paths = collect()

    of_leaflet = {path for path in paths if path.startswith("leaflet/")}
    assert of_leaflet == {f"leaflet/{name}" for name in LeafletFinder.names}


@pytest.mark.parametrize(
    ("path", "is_there"),
    [
        ("leaflet/leaflet.js", True),
        ("leaflet/leaflet-src.js", False),
        ("leaflet/../__init__.py", False),
        ("leaflet.js", False),
    ],
)
def test_leaflet_is_found_below_its_own_folder(path, is_there):
    assert bool(finders.find(path)) == is_there
    assert bool(finders.find(path, find_all=True)) == is_there
