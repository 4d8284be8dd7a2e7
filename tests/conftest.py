import gc

import hypothesis
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from pytest_django.plugin import blocking_manager_key

from locator.models import Region

from . import making

hypothesis.settings.register_profile(
    "quick",
    max_examples=40,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.register_profile(
    "thorough", hypothesis.settings.get_profile("quick"), max_examples=1000
)
hypothesis.settings.load_profile("quick")


def pytest_collection_modifyitems(items):
    for item in items:
        if "/tests/server/" in item.path.as_posix():
            item.add_marker("server")
        elif not _asks_the_database(item):
            item.add_marker("alike")


def pytest_collection_finish():
    # What is there now stays: looking through it for garbage, again and again, took a
    # fifteenth of all the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _asks_the_database(item) -> bool:
    fixtures = {"db", "transactional_db", "live_server"}
    marked = item.get_closest_marker("django_db")
    return bool(marked or fixtures.intersection(item.fixturenames))


@pytest.fixture(scope="session", autouse=True)
def translations():
    """Every language is there to be read, as on every site."""
    call_command("compile_translations", verbosity=0)


# Every row that the catalogues are made of, as it was first loaded.
CATALOGUES = pytest.StashKey[dict]()


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_setup, django_db_blocker):
    """The catalogues and roles are there, as on every site."""
    with django_db_blocker.unblock():
        call_command("load_catalogues", verbosity=0)
        call_command("sync_roles", verbosity=0)
        models = apps.get_app_config("locator").get_models(include_auto_created=True)
        request.config.stash[CATALOGUES] = {
            model: list(model._base_manager.all()) for model in models
        }


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Put the catalogues back where a test that may not roll back emptied them."""
    result = yield
    catalogues = item.config.stash.get(CATALOGUES, None)
    if nextitem and catalogues and _may_empty_the_database(item):
        with item.config.stash[blocking_manager_key].unblock(), transaction.atomic():
            # A test that was skipped early has emptied nothing.
            if not Region.objects.exists():
                for model, rows in catalogues.items():
                    model._base_manager.bulk_create(rows)
    return result


def _may_empty_the_database(item) -> bool:
    asked = item.get_closest_marker("django_db")
    return bool({"transactional_db", "live_server"} & set(item.fixturenames)) or bool(
        asked and asked.kwargs.get("transaction")
    )


@pytest.fixture
def make_clinic(db):
    """`making.make_clinic`, in this test's database."""
    return making.make_clinic


@pytest.fixture
def curator(db):
    return making.curator()
