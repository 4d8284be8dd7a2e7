"""What home and results may weigh, on the site as it is built and served for real."""

import pytest

from tests import built_site
from tests.weighing import visit

MOST_BYTES = 60_000
MOST_SHIFT = 0.02
RESULTS = "/clinics/?place=United+States"
SIZES = {"phone": (390, 844), "desk": (1280, 900)}


# Of the session, though it is this module's alone: tests that need a database of theirs
# come in two parts, and between them a module's would be built again.
@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The address of a site with all sample clinics and no gazetteer."""
    told = built_site.environment(tmp_path_factory.mktemp("built"))
    steps = ["migrate"], ["load_catalogues"], ["load_samples"]
    built_site.manage(told, *steps, ["collectstatic", "--no-input"])
    with built_site.serving(told) as url:
        yield url


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["", "/es", "/hi"])
def test_home_and_results_keep_to_the_budget(browser, built, language, size):
    width, height = SIZES[size]
    with browser.new_context(viewport={"width": width, "height": height}) as context:
        home = visit(context, f"{built}{language}/")
        results = visit(context, f"{built}{language}{RESULTS}")

        assert home.weight + results.weight <= MOST_BYTES
        for each in (home, results):
            assert each.foreign == []
            assert each.complaints == []
            assert each.largest == "text"
            assert each.shift < MOST_SHIFT
        assert context.cookies() == []


def test_the_map_opens_on_the_built_site_and_asks_no_one_else(page, built):
    said, asked = [], []
    page.on("console", lambda each: said.append(each.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(built + RESULTS)

    page.locator("#map > summary").click()
    page.locator(".map__mark").first.wait_for()

    assert said == []
    assert all(url.startswith(f"{built}/") for url in asked)
