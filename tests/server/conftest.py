import pytest

from tests import built_site

# One place is enough for the server to find that there are some.
A_PLACE = """
from locator.models import Place
Place.objects.create(kind="city", name="Austin", country="US")
"""


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The environment of a site with samples, all built, that nobody serves yet."""
    told = built_site.environment(tmp_path_factory.mktemp("built"))
    for kind in ("SEARCH", "SUGGESTIONS", "GEOJSON"):
        told[f"LOCATOR_LIMIT_{kind}"] = "0"
    steps = ["migrate"], ["compile_translations"], ["load_catalogues"], ["load_samples"]
    built_site.manage(told, *steps, ["collectstatic", "--no-input"])
    built_site.manage(told, ["shell", "--no-imports", "-c", A_PLACE])
    return told
