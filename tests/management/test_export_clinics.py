import csv
import io

import pytest
from django.core.management import CommandError, call_command


def test_clinics_are_written_to_the_file_and_counted(make_clinic, tmp_path):
    make_clinic("Juniper Bend")
    path, out = tmp_path / "clinics.csv", io.StringIO()

    call_command("export_clinics", path, stdout=out)

    with path.open(newline="", encoding="utf-8") as file:
        assert [row["name"] for row in csv.DictReader(file)] == ["Juniper Bend"]
    assert out.getvalue() == f"Wrote 1 clinic to {path}.\n"


def test_a_file_that_cannot_be_written_is_told_and_an_old_one_stays(
    make_clinic, tmp_path
):
    with pytest.raises(CommandError, match="cannot be written: No such file"):
        call_command("export_clinics", tmp_path / "no" / "clinics.csv")

    folder = tmp_path / "clinics.csv"
    folder.mkdir()
    with pytest.raises(CommandError, match="cannot be written: Is a directory"):
        call_command("export_clinics", folder)
    assert [each.name for each in tmp_path.iterdir()] == ["clinics.csv"]
