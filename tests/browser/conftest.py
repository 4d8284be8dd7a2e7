"""What only a browser shows: pages in a headless Chromium, served by the site."""

import os
from importlib.resources import files

import pytest
from django.db import connections

from tests import chromium

# Playwright keeps an event loop in this thread; the site itself runs in another.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


# Whole journeys and the desk, which go through everything that the engines do apart.
# The others look at how pages are drawn, which no engine changes.
ON_BOTH_ENGINES = {
    "test_curator.py",
    "test_desk.py",
    "test_journey.py",
    "test_privacy.py",
}


def pytest_collection_modifyitems(items):
    for item in items:
        if "/tests/browser/" in item.path.as_posix():
            item.add_marker("browser")
            if item.path.name not in ON_BOTH_ENGINES:
                item.add_marker("alike")


@pytest.fixture(scope="session", autouse=True)
def _no_connection_left(playwright):
    """Close what this thread opened beside Playwright's event loop.

    Django keeps other connections while a loop runs, and forgets them when it ends.
    """
    yield
    connections.close_all()


@pytest.fixture(scope="session")
def base_url(live_server):
    """Where the site runs: `page.goto("/about/")` is enough."""
    return live_server.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = chromium.find()
    if path is None:
        pytest.skip("no Chromium here: install it, or set CHROMIUM to its path")
    return browser_type_launch_args | {
        "executable_path": path,
        "args": [
            "--no-sandbox",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-dev-shm-usage",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@pytest.fixture
def complaints(page):
    """What the page's console and scripts complain of, as it happens."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "console",
        lambda said: heard.append(said.text) if said.type == "error" else None,
    )
    return heard


@pytest.fixture
def foreign_requests(page, base_url):
    """Addresses of other hosts that the page asks for, as it happens."""
    asked: list[str] = []
    own = (base_url, "data:", "blob:")
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(own) else asked.append(request.url)
        ),
    )
    return asked


# Told in the page: the whole report is much larger than what it finds wrong.
BROKEN = """async (rules) => {
  const report = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return report.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${rule.help} (${node.target})`));
}"""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def violations(page):
    """A function: the WCAG 2.2 AA rules that the open page breaks, by axe.

    It takes the rules to look at where these are not all. Evaluated, not added as a
    script, which the content policy would refuse.
    """

    def run(*rules: str) -> list[str]:
        page.evaluate(AXE)
        return page.evaluate(BROKEN, list(rules) or WCAG)

    return run
