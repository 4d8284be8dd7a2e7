import io

import pytest
from django.core.management import CommandError, call_command

from locator.models import Clinic, SearchEntry
from locator.search import entries


def told(*arguments):
    out = io.StringIO()
    call_command("reindex", *arguments, stdout=out)
    return out.getvalue()


def test_reindex_makes_the_entries_anew_and_says_how_many(make_clinic):
    make_clinic(at=(30.267, -97.743), covers=["US-TX", "US-OK"])
    SearchEntry.objects.all().delete()

    said = told()

    assert said == "1 published clinic has 3 search entries.\n"
    assert entries.differences() == []


def test_a_check_of_true_entries_says_so(make_clinic):
    make_clinic()

    assert told("--check") == "The search entries say what the clinics say.\n"


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda: SearchEntry.objects.all().delete(), "Missing: clinic"),
        (lambda: Clinic.objects.update(status="draft"), "Not true any more: clinic"),
        (lambda: SearchEntry.objects.update(ages=4), "ages is 4, should be 0."),
        (lambda: Clinic.objects.update(city="Waco"), "its words are"),
    ],
)
def test_a_check_says_what_differs_and_changes_nothing(
    make_clinic, capsys, spoil, expected
):
    make_clinic(covers=["US-TX"])
    spoil()
    before = list(SearchEntry.objects.values())

    with pytest.raises(CommandError, match="differ from the clinics in"):
        call_command("reindex", "--check")

    assert expected in capsys.readouterr().out
    assert list(SearchEntry.objects.values()) == before


def test_a_long_list_of_differences_is_cut(make_clinic, capsys):
    make_clinic(covers=["US-TX"])
    SearchEntry.objects.update(
        **dict.fromkeys(
            ["types", "specialties", "modalities", "payments", "ages", "eligibility"],
            1 << 50,
        )
    )
    for number in range(10):
        make_clinic(f"Clinic {number}")
    SearchEntry.objects.update(
        ages=1 << 51,
        payments=1 << 51,
        specialties=1 << 51,
        types=1 << 51,
        eligibility=1 << 51,
    )

    with pytest.raises(CommandError, match="in 56 places"):
        call_command("reindex", "--check")

    said = capsys.readouterr().out.splitlines()
    assert len(said) == 51
    assert said[-1] == "… and 6 more."
