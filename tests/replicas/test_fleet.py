"""Which server is asked first, by what is known of each."""

import pytest

from locator.replicas.fleet import MEMORY, PATIENCE, PRIMARY, Answer, Fleet, Track

NOW = 1000.0
LIMIT = 10.0


@pytest.fixture
def fleet():
    return Fleet(["replica-1"], LIMIT)


def primary(fleet, *, position=500, at=NOW, is_replica=False):
    answer = Answer(at, is_replica, position, started="the primary's start")
    fleet.heard(PRIMARY, answer, at)


def replica(fleet, *, position=500, at=NOW, ago=None, name="replica-1", **facts):
    facts = {"is_replica": True, "started": f"{name}'s start"} | facts
    answer = Answer(at, facts["is_replica"], position, ago, facts["started"])
    fleet.heard(name, answer, at)


def why(fleet, *, at=NOW, name="replica-1"):
    return {state.name: state.why for state in fleet.states(at)}[name]


# --- How far behind ------------------------------------------------------------------


def test_an_idle_primary_leaves_nobody_behind():
    track = Track()
    for at in range(0, 500, 10):
        track.note(100, at)

    assert track.behind(100, 495) == 5


def test_a_replica_is_as_far_behind_as_the_last_place_of_the_primary_it_reached():
    track = Track()
    for at, position in enumerate([100, 200, 300, 400]):
        track.note(position, at)

    assert track.behind(250, 10) == 9
    assert track.behind(400, 10) == 7


def test_where_the_primary_was_before_one_knew_it_is_not_known():
    track = Track()
    track.note(100, 0)

    assert track.behind(99, 1) is None


def test_another_primary_begins_another_track():
    track = Track()
    track.note(900, 0)
    track.note(100, 5)

    assert track.behind(500, 6) == 1


def test_a_track_does_not_grow_without_end():
    track = Track()
    for at in range(3 * int(MEMORY)):
        track.note(at, at)

    assert len(track._seen) <= MEMORY + 1


# --- Which is fit --------------------------------------------------------------------


def test_before_anything_is_known_the_primary_is_asked(fleet):
    assert fleet.order(NOW) == [PRIMARY, "replica-1"]
    assert why(fleet) == "not asked yet"


def test_a_replica_that_follows_is_read_from(fleet):
    primary(fleet)
    replica(fleet)

    assert fleet.order(NOW) == ["replica-1", PRIMARY]
    assert why(fleet) == ""


def test_what_is_written_goes_to_the_primary(fleet):
    primary(fleet)
    replica(fleet)

    assert fleet.order(NOW, is_writing=True) == [PRIMARY, "replica-1"]


@pytest.mark.parametrize(
    ("ago", "said"), [(4.0, ""), (6.0, "behind"), (None, "behind")]
)
def test_of_what_was_before_one_looked_the_age_of_the_last_change_tells(
    fleet, ago, said
):
    primary(fleet, position=500)
    replica(fleet, position=400, ago=ago)

    assert why(fleet) == said


def test_a_replica_too_far_behind_is_left_out_and_comes_back(fleet):
    primary(fleet, position=500, at=NOW)
    replica(fleet, position=500, at=NOW)
    for second in range(1, 13):
        primary(fleet, position=500 + second, at=NOW + second)
        replica(fleet, position=500, ago=99, at=NOW + second)
    later = NOW + 12

    left_out = fleet.order(later)
    replica(fleet, position=505, ago=99, at=later)
    is_still_out = why(fleet, at=later)
    replica(fleet, position=511, ago=99, at=later)

    assert left_out == [PRIMARY, "replica-1"]
    assert is_still_out == "behind"
    assert why(fleet, at=later) == ""


def test_a_clock_that_is_ahead_makes_no_replica_fitter_than_up_to_date(fleet):
    primary(fleet)
    replica(fleet, position=1, ago=-30.0)

    assert fleet.states(NOW)[1].lag == 0


def test_a_server_that_failed_is_away_until_it_answers_what_was_asked_later(fleet):
    primary(fleet)
    replica(fleet)
    fleet.failed("replica-1", NOW + 1)

    replica(fleet, at=NOW + 0.9)
    before = why(fleet, at=NOW + 1)
    replica(fleet, at=NOW + 2)

    assert before == "away"
    assert why(fleet, at=NOW + 2) == ""


def test_a_server_that_says_nothing_any_more_is_away(fleet):
    primary(fleet)
    replica(fleet)
    later = NOW + PATIENCE + 0.1

    primary(fleet, at=later)

    assert why(fleet, at=later) == "away"
    assert fleet.order(later) == [PRIMARY, "replica-1"]


def test_without_the_primary_a_replica_is_read_from_however_old(fleet):
    primary(fleet)
    replica(fleet)
    later = NOW + 3600

    fleet.failed(PRIMARY, later)
    replica(fleet, ago=3600.0, at=later)

    assert fleet.order(later) == ["replica-1", PRIMARY]
    assert fleet.order(later, is_writing=True) == ["replica-1", PRIMARY]
    assert why(fleet, at=later, name="primary") == "away"


def test_a_replica_that_became_a_primary_is_left_out(fleet):
    primary(fleet)
    replica(fleet, is_replica=False)

    assert fleet.order(NOW) == [PRIMARY, "replica-1"]
    assert why(fleet) == "no replica"
    assert fleet.states(NOW)[1].is_trouble


def test_the_primary_may_be_named_among_the_replicas(fleet):
    primary(fleet)
    replica(fleet, is_replica=False, started="the primary's start")

    assert fleet.order(NOW) == [PRIMARY, "replica-1"]
    assert not fleet.states(NOW)[1].is_trouble


def test_a_primary_that_became_a_replica_is_told(fleet):
    primary(fleet, is_replica=True)

    assert why(fleet, name="primary") == "read-only"


def test_a_process_keeps_to_one_replica_as_long_as_it_is_fit():
    fleet = Fleet([f"replica-{number}" for number in range(1, 9)], LIMIT)
    primary(fleet)
    for number in range(1, 9):
        replica(fleet, name=f"replica-{number}")
    first, second, *_ = fleet.order(NOW)

    fleet.failed(first, NOW)
    meanwhile = fleet.order(NOW)[0]
    replica(fleet, name=first, at=NOW + 1)

    assert meanwhile == second
    assert fleet.order(NOW + 1)[0] == first


def test_processes_share_out_the_replicas_among_them():
    fleets = [Fleet(["replica-1", "replica-2"], LIMIT) for _ in range(60)]
    for fleet in fleets:
        primary(fleet)
        replica(fleet, name="replica-1")
        replica(fleet, name="replica-2")

    firsts = {fleet.order(NOW)[0] for fleet in fleets}

    assert firsts == {"replica-1", "replica-2"}
