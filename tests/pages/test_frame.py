import pytest
from django.template import loader

from locator import catalogues
from locator.aid import aid_for


def drawn(part, **context):
    return loader.get_template(f"locator/_{part}.html").render(context)


def test_without_a_request_no_number_is_named_and_no_database_asked():
    # pytest-django refuses the database to a test that does not ask for it.
    line = drawn("emergency")

    assert "call your local emergency number" in line
    assert "tel:" not in line


def test_without_a_request_nothing_is_said_of_samples():
    assert drawn("sample_banner").strip() == ""


@pytest.mark.parametrize(
    ("region", "number", "elsewhere"),
    [("US-TX", "911", "Not in the US?"), ("IN-KA", "112", "Not in India?")],
)
def test_the_line_is_that_of_the_pages_country(db, rf, region, number, elsewhere):
    aid = aid_for(catalogues.current(), region)

    line = drawn("emergency", request=rf.get("/"), aid=aid)

    assert f'href="tel:{number}"' in line
    assert elsewhere in line


def test_a_page_that_says_nothing_of_aid_has_the_operators_country(db, rf, settings):
    settings.LOCATOR_HOME_COUNTRY = "IN"

    line = drawn("emergency", request=rf.get("/"))

    assert 'href="tel:112"' in line
    assert 'href="tel:14416"' in line


def test_the_line_is_short_however_many_helplines_there_are(db, rf):
    aid = aid_for(catalogues.current(), "US")

    line = drawn("emergency", request=rf.get("/"), aid=aid)

    assert len(aid.crisis) > 1
    assert line.count("href=") == 1 + 1 + 1
