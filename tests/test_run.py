import xml.etree.ElementTree as ET
from collections import Counter

from .run import Outcome, report, status, tally

TOLD = """
<testsuite>
  <testcase name="a"/>
  <testcase name="b"><failure message="no"/></testcase>
  <testcase name="c"><error message="no"/></testcase>
  <testcase name="d"><skipped message="no Chromium here"/></testcase>
</testsuite>
"""


def test_what_ran_is_told_apart():
    counts, skipped = tally(ET.fromstring(TOLD).iter("testcase"))

    assert counts == Counter(passed=1, failed=2, skipped=1)
    assert skipped == Counter({"no Chromium here": 1})


def test_the_report_says_what_was_skipped_and_why(capsys):
    outcome = Outcome("SQLite", 0, 9.7, *tally(ET.fromstring(TOLD).iter("testcase")))

    report([outcome], None)

    said = capsys.readouterr().out
    assert "SQLite: 1 passed, 2 failed, 1 skipped\n" in said
    assert "skipped 1: no Chromium here" in said
    assert "BROWSER TESTS DID NOT RUN" in said


def test_a_run_that_was_ended_early_is_not_taken_for_a_whole_one(capsys):
    report([Outcome("PostgreSQL", -15, 9.7, *tally([]))], "/usr/bin/chromium")

    assert "CUT SHORT: pytest ended with status -15" in capsys.readouterr().out


def test_a_run_without_any_test_counts_only_where_all_are():
    ran, failed, idle = (Outcome("", n, 0, *tally([])) for n in (0, 1, 5))

    assert status([ran, idle]) == 0
    assert status([failed, idle]) == 1
    assert status([idle, idle]) == 5
