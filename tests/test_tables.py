import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from locator.models import Clinic, SearchEntry, SearchPack
from locator.tables import haste, is_one_of, patience

from .others import connected

only_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="only PostgreSQL cuts what takes long"
)
only_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL locks rows, not all of it"
)


def asked(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


# --- Patience ----------------------------------------------------------------------


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_statement_may_take_longer_for_a_while():
    with connected(options="-c statement_timeout=500ms"):
        with patience(90):
            asked("SELECT 1 FROM pg_sleep(1)")
            during = asked("SHOW statement_timeout")

        with pytest.raises(OperationalError):
            asked("SELECT 1 FROM pg_sleep(1)")
    assert during == "90s"


@only_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("usual", ["0", "2min"])
def test_nobody_s_patience_is_made_less(usual):
    with connected(options=f"-c statement_timeout={usual}"), patience(90):
        during = asked("SHOW statement_timeout")

    assert during == usual


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_patience_ends_with_a_failure_too():
    with pytest.raises(DatabaseError), patience(90), transaction.atomic():
        asked("SELECT nothing")

    assert asked("SHOW statement_timeout") == "30s"


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_meanwhile_is_parted_with():
    with pytest.raises(OperationalError), patience(90):
        asked("SELECT pg_terminate_backend(pg_backend_pid())")

    assert asked("SHOW statement_timeout") == "30s"


# --- Haste -------------------------------------------------------------------------


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_haste_is_over_after_its_block_and_after_a_failure():
    usual = asked("PRAGMA busy_timeout")

    with haste(0.1):
        during = asked("PRAGMA busy_timeout")
    with pytest.raises(DatabaseError), haste(0.1):
        asked("SELECT nothing")

    assert (usual, during) == (30_000, 100)
    assert asked("PRAGMA busy_timeout") == usual


# --- Among a few -------------------------------------------------------------------


def test_what_is_among_a_few_is_found(make_clinic):
    one, _other = make_clinic("One"), make_clinic("Other")

    found = Clinic.objects.filter(
        is_one_of("pk", Clinic.objects.filter(name="One").values("pk"))
    )

    assert list(found) == [one]


def test_nothing_is_among_none(make_clinic):
    make_clinic()
    nobody = Clinic.objects.filter(name="Nobody").values("pk")

    assert not Clinic.objects.filter(is_one_of("pk", nobody)).exists()


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite always goes from the few"
)
def test_what_is_few_is_looked_for_by_its_index_however_many_are_guessed(make_clinic):
    make_clinic(covers=["US-TX"])
    few = SearchPack.objects.filter(digest=None).values("pk")

    rows = SearchEntry.objects.filter(is_one_of("pack_id", few))

    assert "= ANY(ARRAY(" in str(rows.query)
    assert "InitPlan" in rows.explain()
