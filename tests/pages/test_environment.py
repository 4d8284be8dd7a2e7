from pathlib import Path

import pytest
from django.template import TemplateDoesNotExist, engines, loader
from django.utils import translation
from jinja2 import ChainableUndefined, FileSystemLoader, UndefinedError

from locator.pages.environment import environment


@pytest.fixture
def pages():
    return engines["pages"].env


def made(pages, source, **context):
    return pages.from_string(source).render(context)


@pytest.mark.parametrize("name", ["base.html", "404.html", "locator/_card.html"])
def test_public_pages_have_jinja2(name):
    assert loader.get_template(name).backend.name == "pages"


@pytest.mark.parametrize("name", ["admin/index.html", "admin/base_site.html"])
def test_the_desk_has_djangos_templates(name):
    assert loader.get_template(name).backend.name == "desk"
    with pytest.raises(TemplateDoesNotExist):
        engines["pages"].get_template(name)


@pytest.mark.parametrize(
    "source",
    [
        "{{ text }}",
        "{% trans %}In {{ text }}{% endtrans %}",
        "{{ text|linebreaks }}",
        "{{ [text]|join }}",
    ],
)
def test_what_a_visitor_wrote_is_no_markup(pages, source):
    assert "&lt;b&gt;&amp;" in made(pages, source, text="<b>&")


def test_indents_are_not_sent_and_no_space_between_words_is_lost(pages):
    source = """<p>
      {% if told %}one{% endif %}
      {% if told %}two{% endif %} three

    </p>"""

    assert made(pages, source, told=True) == "<p>\none\ntwo three\n</p>"


def test_strings_come_in_the_pages_language(pages):
    template = pages.from_string('{{ _("About") }} {{ url("locator:about") }}')

    assert template.render() == "About /about/"
    with translation.override("es"):
        assert template.render() == "Acerca de /es/about/"


def test_a_percent_sign_is_said_once(pages):
    assert made(pages, '{{ _("at 400 %% zoom") }}') == "at 400 % zoom"
    assert made(pages, "{% trans %}at 400 % zoom{% endtrans %}") == "at 400 % zoom"


def test_a_name_that_nobody_gave_fails_here_and_is_empty_for_visitors(pages):
    with pytest.raises(UndefinedError):
        made(pages, "{{ nobody.gave }}")

    for_visitors = environment(loader=FileSystemLoader(Path()), autoescape=True)

    assert made(for_visitors, "<{{ nobody.gave.it }}>") == "<>"
    assert for_visitors.undefined is ChainableUndefined
