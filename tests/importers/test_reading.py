import pytest

from locator.importers.listing import Rejection
from locator.importers.reading import Cells, UnreadableFileError, open_table


def write(path, content):
    if isinstance(content, str):
        content = content.encode()
    path.write_bytes(content)
    return path


def read(path, content, needed=("name", "zip")):
    table = open_table(write(path, content), needed=needed, layout="test")
    return list(table.rows())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "clinics.csv"


def test_rows_know_their_line_and_columns_lose_stray_spaces(path):
    rows = read(path, '   name,zip \nJuniper,78701\n"Two\nlines",02203\n\nCedar,1\n')

    assert [row.line for row in rows] == [2, 3, 6]
    assert [row["zip"] for row in rows] == ["78701", "02203", "1"]
    assert rows[1]["name"] == "Two\nlines"
    assert rows[0]["website"] == ""


def test_a_byte_order_mark_is_no_part_of_a_column(path):
    rows = read(path, b"\xef\xbb\xbfname,zip\nJuniper,78701\n")

    assert rows[0]["name"] == "Juniper"


def test_a_row_with_other_than_all_cells_is_rejected_and_the_next_is_read(path):
    rows = read(path, "name,zip\nJuniper\nCedar,78701,x\nMaple,75211\n")

    assert [type(row) for row in rows] == [Rejection, Rejection, Cells]
    assert rows[0].reason == "It has 1 cell where the header has 2."
    assert (rows[1].line, rows[1].cells) == (3, ("Cedar", "78701", "x"))


def test_a_broken_quote_rejects_its_row(path):
    rows = read(path, 'name,zip\n"Juni"per,78701\nMaple,75211\n')

    assert isinstance(rows[0], Rejection)
    assert rows[-1]["name"] == "Maple"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "clinics.csv is empty."),
        (b" \n\n", "clinics.csv is empty."),
        (
            "name,zip\nJ\xfcniper,1\n".encode("latin-1"),
            "not in UTF-8: byte 10 in line 2",
        ),
        ("name,zip\nJuniper,1\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x00\x00name", "binary file"),
        (b"name,street\nJuniper,x\n", "lacks the column zip"),
        (b"one,two\n1,2\n", "does not have the layout test"),
        (b"name,zip,zip\n1,2,3\n", "has twice the column zip"),
        (b'name,zip\nJuniper,"787', "a quote that opens in line 2 is never closed"),
    ],
)
def test_a_file_that_is_none_is_told_in_a_sentence(path, content, sentence):
    with pytest.raises(UnreadableFileError) as told:
        read(path, content)

    assert sentence in str(told.value)


def test_a_folder_and_a_missing_file_are_told(tmp_path):
    with pytest.raises(UnreadableFileError, match="is a folder, not a file"):
        open_table(tmp_path, needed=(), layout="test")
    with pytest.raises(UnreadableFileError, match="There is no file"):
        open_table(tmp_path / "none.csv", needed=(), layout="test")
