import pytest

from locator import catalogues
from locator.gazetteer import load
from locator.models import DataVersion, Place, PlaceName, Versioned


@pytest.fixture(scope="module")
def gazetteer(django_db_setup, django_db_blocker):
    """All that `load_places` loads, for the tests of one module: it takes a while."""
    with django_db_blocker.unblock():
        load.load(lambda share: None)
    yield
    with django_db_blocker.unblock():
        for model in (PlaceName, Place):
            model.objects.all()._raw_delete("default")
        DataVersion.objects.filter(part=Versioned.PLACES).delete()


@pytest.fixture
def known(db):
    """The catalogues, read before queries are counted."""
    return catalogues.current()
