import pytest

from .. import importing


@pytest.fixture
def postcodes(db):
    """The few postcodes that look-alike rows lie in."""
    importing.make_postcodes()


@pytest.fixture
def directory(postcodes, tmp_path):
    """Import rows of the directory; answers what the import did."""

    def directory(*rows, **options):
        return importing.import_directory(tmp_path, *rows, **options)

    return directory


@pytest.fixture
def facilities(postcodes, tmp_path):
    """Import rows of the wide export; answers what the import did."""

    def facilities(*rows, **options):
        return importing.import_facilities(tmp_path, *rows, **options)

    return facilities


@pytest.fixture
def own(postcodes, tmp_path):
    """Import rows of our own layout; answers what the import did."""

    def own(*rows, **options):
        return importing.import_csv(tmp_path, *rows, **options)

    return own
