import pytest
from django.template import engines
from django.utils import translation

from locator.pages.saying import sayings


@pytest.fixture
def pages():
    return engines["pages"]


@pytest.mark.parametrize(("language", "said"), [("en", "About"), ("es", "Acerca de")])
def test_a_string_is_said_in_the_language_of_each_request(pages, rf, language, said):
    template = pages.from_string('{{ _("About") }}')

    with translation.override(language):
        of_a_request = template.render({}, rf.get("/"))
        of_none = template.render({})

    assert (of_a_request, of_none) == (said, said)


def test_a_string_is_looked_up_once_in_each_language(rf):
    with translation.override("es"):
        first = sayings(rf.get("/"))["said"]["About"]
        again = sayings(rf.get("/clinics/"))["said"]["About"]

    assert again is first


def test_a_string_is_markup_and_what_is_put_into_it_is_not(pages, rf):
    template = pages.from_string(
        '{{ _("<b>100 %%</b>") }} {{ _("<b>%(name)s</b>", name=name) }}'
    )

    shown = template.render({"name": "<i>"}, rf.get("/"))

    assert shown == "<b>100 %</b> <b>&lt;i&gt;</b>"


def test_a_part_that_is_called_says_its_strings_too(pages, rf):
    template = pages.from_string(
        '{% from "locator/_question_errors.html" import errors %}{{ errors(question) }}'
    )

    with translation.override("es"):
        shown = template.render(
            {"question": {"id": "q", "errors": ["<No>"]}}, rf.get("/")
        )

    assert "Error:" in shown
    assert "&lt;No&gt;" in shown
