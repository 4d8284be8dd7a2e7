"""Opening hours at the desk: in words, and as a table of the week."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from locator import hours
from locator.admin import hours_editor
from locator.admin.hours_editor import Weekly
from locator.models import Clinic
from tests.desk import Page, change_url

TUESDAY_NOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
CHICAGO = {"time_zone": "America/Chicago", "country": "US", "now": TUESDAY_NOON}

OFFICE = Weekly(((("09:00", "17:00"),),) * 5 + ((), ()), closed_on_holidays=True)


# --- The table and the syntax ------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "tidied"),
    [
        ("Mo-Fr 09:00-17:00; PH off", None),
        ("24/7", None),
        ("Mo-Su 22:00-02:00", None),
        ("Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-12:00", None),
        ("09:00-17:00", "Mo-Su 09:00-17:00"),
        ("Mo-Fr 8:00-17:00; Sa,Su off", "Mo-Fr 08:00-17:00"),
        ("Mo-Fr 09:00-17:00; We 09:00-12:00", None),
        ("Mo-Su 00:00-24:00; PH off", None),
        ("Fr 18:00-24:00; Sa 00:00-06:00", "Fr 18:00-06:00"),
    ],
)
def test_a_plain_week_goes_into_the_table_and_comes_out_the_same(written, tidied):
    table = hours_editor.weekly(written)

    again = hours_editor.written(table)
    if tidied:
        assert again == tidied
    assert hours_editor.weekly(again) == table
    assert hours.problem(again) is None


@pytest.mark.parametrize(
    "written",
    [
        "Mar-Oct Mo-Fr 09:00-17:00",
        'Mo-Fr 09:00-17:00 "call first"',
        "Mo-Fr 09:00-17:00; PH 10:00-12:00",
        "Mo[1] 09:00-17:00",
        "Mo-Fr 09:00-17:00; SH off",
        "Mo-Fr 09:00-17:00; 2027 off",
        "2027 Mo-Fr 09:00-17:00",
        "Mo-Fr sunrise-sunset",
        "week 1-53/2 Mo 09:00-12:00",
        "Mo 08:00-09:00,10:00-11:00,12:00-13:00",
        "Dec 25 off; Mo-Fr 09:00-17:00",
        "off",
        "not hours at all",
    ],
)
def test_what_a_week_cannot_show_is_left_alone(written):
    assert hours_editor.weekly(written) is None


times = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 30]))


@st.composite
def days(draw):
    moments = sorted(draw(st.lists(times, max_size=4, unique=True)))
    pairs = moments[: len(moments) // 2 * 2]
    return tuple(zip(pairs[::2], pairs[1::2], strict=True))


@given(st.tuples(*[days()] * 7), st.booleans())
@settings(max_examples=60, deadline=None)
def test_every_table_is_read_back_as_it_was_written(week, closed):
    if not any(week):
        assert hours_editor.written(Weekly(week, closed)) == ""
        return

    written = hours_editor.written(Weekly(week, closed))

    assert hours.problem(written) is None
    assert hours_editor.weekly(written) == Weekly(week, closed)


# --- In words ----------------------------------------------------------------------


def test_office_hours_are_read_out_with_holidays_and_now():
    reading = hours_editor.read("Mo-Fr 09:00-17:00; PH off", **CHICAGO)

    assert reading.lines == (
        ("Monday to Friday", "9 a.m.–5 p.m."),
        ("Saturday and Sunday", "closed"),
        ("Public holidays", "closed"),
    )
    assert reading.now == "Open now · closes at 5 p.m."
    assert reading.weekly == OFFICE


def test_nights_breaks_and_whole_days_have_words():
    night = hours_editor.read("Mo-Su 22:00-02:00", **CHICAGO)
    split = hours_editor.read("Mo 09:00-12:00,13:00-17:00", **CHICAGO)
    always = hours_editor.read("24/7", **CHICAGO)

    assert night.lines == (("Every day", "10 p.m.–2 a.m. (next day)"),)
    assert split.lines[0] == ("Monday", "9 a.m.–noon, 1 p.m.–5 p.m.")
    assert always.lines == (("Every day", "day and night"),)


def test_what_is_no_plain_week_is_told_for_the_coming_days():
    reading = hours_editor.read("Mo-Fr 09:00-17:00; PH 10:00-12:00", **CHICAGO)

    assert reading.is_by_day
    assert reading.weekly is None
    # Thanksgiving.
    assert ("Thursday", "10 a.m.–noon") in reading.lines


def test_without_a_zone_the_hours_are_told_and_the_zone_is_asked_for():
    reading = hours_editor.read(
        "Mo-Fr 09:00-17:00", time_zone="", country="US", now=TUESDAY_NOON
    )

    assert reading.lines[0] == ("Monday to Friday", "9 a.m.–5 p.m.")
    assert reading.now == "Give a time zone to see whether it is open."


def test_an_error_is_a_sentence_and_no_text_is_no_error():
    wrong = hours_editor.read("Mo-Fr nine to five", **CHICAGO)

    assert "cannot be read" in wrong.problem
    assert hours_editor.read("", **CHICAGO) == hours_editor.Reading()


# --- The pages ---------------------------------------------------------------------


@pytest.fixture
def clinic(make_clinic):
    return make_clinic(
        "River Clinic",
        covers=["US-TX"],
        opening_hours="Mo-Fr 09:00-17:00",
        time_zone="America/Chicago",
    )


def table(**cells: str) -> dict[str, str]:
    """The table with `cells`: mo0_opens="09:00"."""
    names = ["mo", "tu", "we", "th", "fr", "sa", "su"]
    return {
        f"week-{names.index(cell[:2])}-{cell[2]}-{cell[4:]}": value
        for cell, value in cells.items()
    }


@pytest.mark.django_db
def test_the_site_reads_hours_while_they_are_typed(desk):
    response = desk.post(
        reverse("admin:clinic_hours"),
        {
            "opening_hours": "Mo-Fr 09:00-17:00; PH off",
            "time_zone": "America/Chicago",
            "region": "US-TX",
        },
    )

    answer = response.json()
    assert "Monday to Friday" in answer["reading"]
    assert answer["week"][0] == [["09:00", "17:00"]]
    assert answer["holidays"]
    assert answer["fits"]


@pytest.mark.django_db
def test_the_site_writes_the_syntax_of_a_table(desk):
    sent = table(mo0_opens="09:00", mo0_closes="17:00", su0_opens="00:00")
    sent |= table(su0_closes="00:00") | {"week-holidays": "on", "by_table": "1"}

    answer = desk.post(reverse("admin:clinic_hours"), sent).json()

    assert answer["opening_hours"] == "Mo 09:00-17:00; Su 00:00-24:00; PH off"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"mo0_opens": "09:00"}, "Monday: say when it opens and when it closes."),
        (
            {"tu0_opens": "09:00", "tu0_closes": "25:00"},
            "Tuesday: say when it opens and when it closes.",
        ),
        (
            {"we0_opens": "09:00", "we0_closes": "09:00"},
            "Wednesday: it opens and closes at the same time.",
        ),
        (
            {
                "th0_opens": "09:00",
                "th0_closes": "14:00",
                "th1_opens": "13:00",
                "th1_closes": "17:00",
            },
            "Thursday: its second time begins before the first has ended.",
        ),
    ],
)
def test_a_table_that_says_no_hours_is_answered_in_words(desk, cells, said):
    sent = table(**cells) | {"by_table": "1", "opening_hours": "Mo 09:00-10:00"}

    answer = desk.post(reverse("admin:clinic_hours"), sent).json()

    assert answer["is_problem"]
    assert said in answer["reading"]
    assert answer["opening_hours"] == "Mo 09:00-10:00"


@pytest.mark.django_db
def test_without_scripts_the_table_writes_into_the_form_and_saves_nothing(desk, clinic):
    page = Page(desk, change_url(clinic))
    cells = table(sa0_opens="10:00", sa0_closes="12:00")

    response = page.save(_hours="1", name="Typed", **cells)

    assert response.status_code == 200
    assert 'value="Sa 10:00-12:00"' in response.text
    assert 'value="Typed"' in response.text
    assert "errornote" not in response.text
    assert Clinic.objects.get().name == "River Clinic"


@pytest.mark.django_db
def test_without_scripts_a_wrong_table_comes_back_as_it_was_filled_in(desk, clinic):
    page = Page(desk, change_url(clinic))

    response = page.save(_hours="1", **table(sa0_opens="10:00"))

    assert "Saturday: say when it opens and when it closes." in response.text
    assert 'name="week-5-0-opens" value="10:00"' in response.text
    assert 'value="Mo-Fr 09:00-17:00"' in response.text


@pytest.mark.django_db
def test_hours_that_the_table_cannot_show_are_left_alone_with_a_sentence(desk, clinic):
    Clinic.objects.update(opening_hours="Mar-Oct Mo-Fr 09:00-17:00")

    text = desk.get(change_url(clinic)).text

    assert "say more than a table of the week can" in text
    assert "<fieldset data-week disabled>" in text


@pytest.mark.django_db
def test_only_who_may_write_clinics_is_answered(sign_in):
    auditor = sign_in("auditor")

    assert auditor.post(reverse("admin:clinic_hours"), {}).status_code == 403
    assert sign_in().get(reverse("admin:clinic_hours")).status_code == 405
