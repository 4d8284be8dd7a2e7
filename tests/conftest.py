import hypothesis
import pytest
from django.core.management import call_command

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


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The catalogues are there, as on every site."""
    with django_db_blocker.unblock():
        call_command("load_catalogues", verbosity=0)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """Load the catalogues again where a test that may not roll back emptied them."""
    result = yield
    if _empties_the_database(item):
        from pytest_django.plugin import blocking_manager_key

        with item.config.stash[blocking_manager_key].unblock():
            call_command("load_catalogues", verbosity=0)
    return result


def _empties_the_database(item) -> bool:
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
