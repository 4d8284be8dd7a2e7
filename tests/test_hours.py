from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator import hours

CHICAGO = "America/Chicago"


def at(text, zone=CHICAGO):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


TUESDAY_NOON = at("2026-11-24 12:00")
THANKSGIVING = at("2026-11-26 12:00")


def table(week):
    return {day.name: day.text for day in week.days}


# --- Open at a moment --------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("24/7", TUESDAY_NOON, True),
        ("Mo-Fr 09:00-17:00", TUESDAY_NOON, True),
        ("Mo-Fr 09:00-17:00", at("2026-11-24 09:00"), True),
        ("Mo-Fr 09:00-17:00", at("2026-11-24 17:00"), False),
        ("Mo-Fr 09:00-17:00", at("2026-11-28 12:00"), False),
        ("Mo-Sa 22:00-02:00", at("2026-11-29 01:59"), True),
        ("Mo-Sa 22:00-02:00", at("2026-11-29 02:00"), False),
        ("off", TUESDAY_NOON, False),
        ("unknown", TUESDAY_NOON, None),
        ("", TUESDAY_NOON, None),
        ("nine to five", TUESDAY_NOON, None),
        ('"by appointment"', TUESDAY_NOON, None),
        ('Mo-Fr 09:00-17:00; Tu "by appointment"', TUESDAY_NOON, None),
        ('Mo-Fr 09:00-17:00; Sa "by appointment"', TUESDAY_NOON, True),
        ('Mo-Fr 09:00-17:00 "ring the bell"', TUESDAY_NOON, True),
        ('24/7 "ring the bell"', TUESDAY_NOON, True),
    ],
)
def test_whether_it_is_open(text, now, expected):
    assert hours.is_open(text, CHICAGO, now) is expected


def test_the_moment_is_seen_from_the_clinics_zone():
    now = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)

    assert hours.is_open("Mo-Fr 09:00-17:00", CHICAGO, now) is True
    assert hours.is_open("Mo-Fr 09:00-17:00", "Asia/Kolkata", now) is False


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "a" * 5000])
def test_an_unknown_zone_leaves_it_unknown(zone):
    assert hours.is_open("24/7", zone, TUESDAY_NOON) is None
    assert hours.week("24/7", zone, TUESDAY_NOON) is None


@pytest.mark.parametrize(
    ("country", "expected"), [("US", False), ("IN", True), ("", True), ("ZZ", True)]
)
def test_public_holidays_count_where_their_calendar_is_known(country, expected):
    text = "Mo-Fr 09:00-17:00; PH off"

    assert hours.is_open(text, CHICAGO, THANKSGIVING, country) is expected


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=3))
def test_no_text_breaks_anything(text, zone, country):
    assert hours.is_open(text, zone, TUESDAY_NOON, country) in (True, False, None)
    assert isinstance(hours.problem(text), str | None)


pieces = st.lists(
    st.sampled_from(
        [
            *("Mo", "Tu-Fr", "Su", "PH", "SH", "09:00-17:00", "22:00-02:00", "24/7"),
            *("20:00-26:00", "sunrise-sunset", "off", "unknown", "open", '"call"'),
            *(";", ",", "||", "Jan-Mar", "2026", "week 10", "easter", "Mo[1]", "+"),
        ]
    ),
    max_size=8,
)


@given(pieces, st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
def test_every_week_has_seven_days_with_hours_that_begin_on_them(pieces, moment):
    now = moment.replace(tzinfo=UTC)

    week = hours.week(" ".join(pieces), CHICAGO, now, "US")

    if week is not None:
        assert len(week.days) == 7
        assert [day.is_today for day in week.days] == [True, *[False] * 6]
        assert week.days[0].day == now.astimezone(ZoneInfo(CHICAGO)).date()
        for day in week.days:
            assert all(span.opens.date() == day.day for span in day.spans)
            assert all(span.opens < span.closes for span in day.spans)
            assert day.text
        assert week.now


# --- What is wrong with a text -----------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24/7",
        "Mo-Fr 09:00-17:00; PH off",
        "Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-12:00",
        'Mo-Fr 09:00-17:00 "by appointment"',
        'Mo-Fr unknown "by appointment"',
        'Sa off "ask for another day"',
    ],
)
def test_good_hours_have_no_problem(text):
    assert hours.problem(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nine to five", "from “nine to five” on"),
        ("Mo-Fr 9am-5pm", "from “9am-5pm” on"),
        ("Mo–Fr 09:00-17:00", "from “–Fr 09:00-17:00” on"),
        ('"by appointment"', "“by appointment” stands without a time"),
        ('Mo 09:00-12:00, Tu "call"', "“call” stands without a time"),
        ('Mo 09:00-12:00; Tu "call"', "“call” stands without a time"),
    ],
)
def test_a_problem_is_said_with_its_place(text, said):
    assert said in hours.problem(text)


# --- The week ----------------------------------------------------------------------


def test_a_week_begins_today_and_names_its_days():
    week = hours.week("Mo-Fr 09:00-12:00,13:00-17:30", CHICAGO, TUESDAY_NOON, "US")

    assert table(week) == {
        "Tuesday": "9 a.m.–noon, 1 p.m.–5:30 p.m.",
        "Wednesday": "9 a.m.–noon, 1 p.m.–5:30 p.m.",
        "Thursday": "9 a.m.–noon, 1 p.m.–5:30 p.m.",
        "Friday": "9 a.m.–noon, 1 p.m.–5:30 p.m.",
        "Saturday": "Closed",
        "Sunday": "Closed",
        "Monday": "9 a.m.–noon, 1 p.m.–5:30 p.m.",
    }
    assert [day.is_today for day in week.days] == [True, *[False] * 6]
    assert week.zone == CHICAGO


def test_a_night_belongs_to_the_day_it_begins_on():
    week = hours.week("Fr-Sa 22:00-02:00", CHICAGO, TUESDAY_NOON, "US")

    assert table(week)["Friday"] == "10 p.m.–2 a.m. (next day)"
    assert table(week)["Saturday"] == "10 p.m.–2 a.m. (next day)"
    assert table(week)["Sunday"] == "Closed"


def test_what_is_left_of_last_night_stands_on_today():
    week = hours.week("Mo 22:00-02:00", CHICAGO, at("2026-11-24 01:00"), "US")

    assert table(week)["Tuesday"] == "midnight–2 a.m."
    assert week.now == "Open now · closes at 2 a.m."


def test_days_and_nights_without_end_are_cut_by_day():
    week = hours.week("Fr 08:00-24:00; Sa; Su 00:00-20:00", CHICAGO, TUESDAY_NOON)

    assert table(week)["Friday"] == "8 a.m.–midnight"
    assert table(week)["Saturday"] == "Open 24 hours"
    assert table(week)["Sunday"] == "midnight–8 p.m."


def test_a_comment_is_told_beside_or_instead_of_a_time():
    text = 'Tu 09:00-17:00 "ring the bell"; We "by appointment"; Th unknown'

    week = hours.week(text, CHICAGO, TUESDAY_NOON)

    assert table(week)["Tuesday"] == "9 a.m.–5 p.m. (ring the bell)"
    assert table(week)["Wednesday"] == "by appointment"
    assert table(week)["Thursday"] == "Not stated"


def test_a_known_holiday_is_closed_in_the_week():
    week = hours.week("Mo-Fr 09:00-17:00; PH off", CHICAGO, TUESDAY_NOON, "US")

    assert table(week)["Thursday"] == "Closed"
    assert week.note == "Hours may differ on public holidays"


def test_where_no_calendar_is_known_holidays_are_to_be_asked_for():
    now = at("2026-11-24 12:00", "Asia/Kolkata")

    week = hours.week("Mo-Fr 09:00-17:00; PH off", "Asia/Kolkata", now, "IN")
    plain = hours.week("Mo-Fr 09:00-17:00", "Asia/Kolkata", now, "IN")

    assert week.note == "Public holidays are not shown here: ask the clinic"
    assert plain.note == ""


@pytest.mark.parametrize(
    ("text", "now", "said"),
    [
        ("24/7", TUESDAY_NOON, "Open now, day and night"),
        ("Mo-Fr 09:00-17:00", TUESDAY_NOON, "Open now · closes at 5 p.m."),
        ("Mo-Fr 09:00-24:00", TUESDAY_NOON, "Open now · closes at midnight"),
        ("Tu 09:00-26:00", at("2026-11-24 23:00"), "Open now · closes at 2 a.m."),
        ("Tu-Th", TUESDAY_NOON, "Open now · closes Thursday at midnight"),
        ("Sa-Su", TUESDAY_NOON, "Closed now · opens Friday at midnight"),
        ("Tu 14:00-17:00", TUESDAY_NOON, "Closed now · opens at 2 p.m."),
        ("We 09:00-17:00", TUESDAY_NOON, "Closed now · opens tomorrow at 9 a.m."),
        ("Sa 09:00-17:00", TUESDAY_NOON, "Closed now · opens Saturday at 9 a.m."),
        ("Jan 10:00-12:00", TUESDAY_NOON, "Closed now · opens January 1 at 10 a.m."),
        ("off", TUESDAY_NOON, "Closed now"),
        ("2020 Mo-Fr 09:00-17:00", TUESDAY_NOON, "Closed now"),
        ('"by appointment"', TUESDAY_NOON, "Whether it is open now is not stated"),
    ],
)
def test_now_is_said_in_a_sentence(text, now, said):
    assert hours.week(text, CHICAGO, now).now == said


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01"])
def test_the_clock_may_change_while_it_is_open(day):
    week = hours.week("Su 01:00-05:00", CHICAGO, at(f"{day} 04:00"))

    assert table(week)["Sunday"] == "1 a.m.–5 a.m."
    assert week.now == "Open now · closes at 5 a.m."


def test_hours_that_cannot_be_read_have_no_week():
    assert hours.week("nine to five", CHICAGO, TUESDAY_NOON) is None


# --- Public holidays -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "country", "holidays"),
    [
        ("Mo-Fr 09:00-17:00", "US", ["2026-11-26"]),
        ("Mo-Fr 09:00-17:00", "IN", []),
        ("Mo-Fr 09:00-17:00", "", []),
        ("24/7", "US", []),
    ],
)
def test_days_that_are_public_holidays_are_marked(text, country, holidays):
    thanksgiving_week = datetime(2026, 11, 24, 15, tzinfo=UTC)

    week = hours.week(text, "America/Chicago", thanksgiving_week, country)

    assert [str(day.day) for day in week.days if day.is_holiday] == holidays
