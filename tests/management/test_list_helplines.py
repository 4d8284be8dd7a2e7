from datetime import date, timedelta
from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from locator.models import Helpline


def listed():
    out = StringIO()
    call_command("list_helplines", stdout=out)
    return out.getvalue().splitlines()


def test_the_helplines_of_home_come_first_then_those_checked_longest_ago(db, settings):
    settings.LOCATOR_HOME_COUNTRY = "IN"
    Helpline.objects.update(checked_on=timezone.localdate())
    for country, day in (("GB", 2), ("CA", 1), ("IN", 3)):
        first = Helpline.objects.filter(country=country).first()
        Helpline.objects.filter(pk=first.pk).update(checked_on=date(2024, 5, day))

    lines = listed()

    assert [line[:14] for line in lines] == [
        "IN  2024-05-03",
        "CA  2024-05-01",
        "GB  2024-05-02",
    ]
    assert all(" http" in line for line in lines)


def test_it_says_so_where_all_were_checked_within_a_year(db):
    Helpline.objects.update(checked_on=timezone.localdate() - timedelta(days=365))

    assert listed() == ["Every helpline was checked within a year."]
