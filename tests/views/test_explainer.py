"""The explainer says every point of the article that it is drawn from, in our words."""

import html
import re

import pytest
from django.utils.html import strip_tags

from locator.models import ServiceType

ADDRESS = "/telehealth-and-telemedicine/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def explainer(client):
    response = client.get(ADDRESS)

    assert response.status_code == 200
    return response.content.decode()


def text_of(markup):
    """What a reader reads of `markup`, with single spaces."""
    return " ".join(html.unescape(strip_tags(markup)).split())


def part(page, name):
    """The section, or the like, whose id is `name`."""
    start = re.search(rf'<(\w+)[^>]* id="{name}"|<(\w+) id="{name}"', page)
    tag = start[1] or start[2]
    depth = 0
    for found in re.finditer(rf"<(/?){tag}\b", page[start.start() :]):
        depth += -1 if found[1] else 1
        if not depth:
            return page[start.start() : start.start() + found.end()]
    raise AssertionError(f"#{name} has no end")


def said(page, name, *points):
    text = text_of(part(page, name))
    missing = [point for point in points if point not in text]
    assert missing == []


def differences(page):
    """The rows of the table: (what, of telehealth, of telemedicine)."""
    body = re.search(r"<tbody.*?</tbody>", page, re.DOTALL)[0]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    cells = r"<t[hd].*?</t[hd]>"
    return [
        tuple(text_of(cell) for cell in re.findall(cells, row, re.DOTALL))
        for row in rows
    ]


def test_the_two_words_are_used_for_one_another_and_yet_differ(explainer):
    text = text_of(explainer)

    assert "Both words are heard everywhere in health care" in text
    assert "most people use either one for the other. They are not the same." in text


def test_the_pandemic_showed_what_care_at_a_distance_is_worth(explainer):
    text = text_of(explainer)

    assert "The article that this page is drawn from holds" in text
    assert "as plainly as the Covid-19 pandemic, and that it has stayed useful" in text


def test_telehealth_is_digital_means_to_improve_care_for_both_sides(explainer):
    said(
        explainer,
        "telehealth",
        "Telehealth uses digital means to improve care",
        "people on both sides",
        "patients receive health services without being in the room",
        "practitioners receive the information about health that they work with",
        "The article holds that people by now trust it and are at ease with it",
    )


def test_telehealth_has_its_three_examples(explainer):
    examples = re.findall(r"<li>(.*?)</li>", part(explainer, "telehealth"), re.DOTALL)

    assert len(examples) == 3
    assert "keeping track of blood pressure or diabetes with an app" in examples[0]
    assert "seeing your medical reports online, and arranging" in examples[1]
    assert "being reminded that a check-up is due" in examples[2]


def test_an_app_need_not_measure_what_it_keeps_track_of(explainer):
    said(
        explainer,
        "telehealth",
        "what measures may well be a cuff or a meter of your own",
    )


def test_telemedicine_is_a_consultation_held_virtually(explainer):
    said(
        explainer,
        "telemedicine",
        "a consultation much like the one you would have face to face",
        "you and the doctor meet virtually",
    )


def test_telemedicine_did_well_in_the_pandemic(explainer):
    said(
        explainer,
        "telemedicine",
        "In the pandemic it did very well: the article holds that, without the "
        "technology, a hard time would have been harder still",
    )


def test_doctors_read_documents_wherever_they_are_and_answer_at_once(
    explainer,
):
    said(
        explainer,
        "telemedicine",
        "Scanned documents and images reach doctors wherever they are",
        "answer with an opinion at once",
    )


def test_both_are_equally_useful(explainer):
    said(explainer, "difference", "The article holds that both are equally useful")


def test_there_are_four_differences_in_a_table(explainer):
    rows = differences(explainer)

    assert [what for what, _telehealth, _telemedicine in rows] == [
        "What it covers",
        "Work that is not medical",
        "How patients take part",
        "Who works in it",
    ]


@pytest.mark.parametrize(
    ("row", "of_telehealth", "of_telemedicine"),
    [
        (0, "more than patient and doctor talking", "the talk between doctor and"),
        (1, "such as scheduling training for doctors", "medical services only"),
        (2, "its tracking lets them join in", "communication stays with physicians"),
        (3, "health workers, pharmacists and educators", "doctors above all, who"),
    ],
)
def test_each_difference_is_told_of_both(
    explainer, row, of_telehealth, of_telemedicine
):
    _what, telehealth, telemedicine = differences(explainer)[row]

    assert of_telehealth in telehealth
    assert of_telemedicine in telemedicine


def test_tracking_is_about_long_term_illness_and_doctors_diagnose_and_advise(explainer):
    rows = differences(explainer)

    assert "when a long-term illness is discussed" in rows[2][1]
    assert "diagnose and advise virtually" in rows[3][2]


def test_a_cell_names_its_column_where_columns_stand_below_each_other(explainer):
    for _what, telehealth, telemedicine in differences(explainer):
        assert telehealth.startswith("Telehealth:")
        assert telemedicine.startswith("Telemedicine:")


def test_the_difference_may_be_marginal_and_one_is_part_of_the_other(explainer):
    said(
        explainer,
        "difference",
        "The difference may be marginal, the article grants",
        "telemedicine lies within telehealth, as one part of it",
    )


def test_a_figure_shows_the_one_inside_the_other_and_says_so_in_words(explainer):
    svg = re.search(r"<svg[^>]*words-figure.*?</svg>", explainer, re.DOTALL)[0]

    assert 'role="img"' in svg
    assert "Telemedicine lies inside telehealth" in svg
    assert "A large area named telehealth holds a smaller one" in svg
    assert "style=" not in svg


def test_the_closing_note_is_attributed_and_leads_into_the_search(explainer):
    text = text_of(explainer)
    closing = explainer[explainer.index('id="closing-title"') :]

    assert "The article closes with confidence" in text
    assert "a refreshing change, for those who give care and for those who" in text
    assert "friendly to patients" in text
    assert "both it and telemedicine have a large role ahead of them" in text
    assert "What can each do for you?" in text
    assert 'href="/"' in closing[: closing.index("</section>")]


def test_the_invitation_to_a_company_is_left_out(explainer):
    text = text_of(explainer)

    assert "finest experts" not in text
    assert "connect with us" not in text


def test_a_box_says_how_this_site_uses_the_words(explainer):
    said(
        explainer,
        "words",
        "How this site uses the words",
        "clinicians are not doctors only",
        "Remote monitoring counts as telehealth",
        "Prescribing from a distance counts as telemedicine",
        "Advice from one professional to another counts as telehealth",
        "The World Health Organization (WHO) uses “telemedicine” more widely",
    )


def test_the_source_is_named_and_the_page_can_be_cited(explainer):
    said(
        explainer,
        "source",
        "What is the Difference Between Telehealth and Telemedicine?",
        "published by Apollo Telehealth",
        "To cite this page: Teleclinic Locator, “Telehealth and telemedicine",
        f"http://testserver{ADDRESS}, reviewed on",
    )


def test_the_page_says_when_it_was_reviewed(explainer):
    said(explainer, "source", "Reviewed on November 24, 2026")
    assert '<time datetime="2026-11-24">' in explainer


def test_both_words_lead_to_the_search_that_shows_them(explainer):
    telehealth, telemedicine = (
        part(explainer, "telehealth"),
        part(explainer, "telemedicine"),
    )

    assert 'href="/clinics/?category=telehealth"' in telehealth
    assert 'href="/clinics/?category=telemedicine"' in telemedicine


def test_every_service_type_leads_to_the_search_that_shows_it(explainer):
    services = part(explainer, "services")

    codes = set(re.findall(r'href="/clinics/\?type=([\w-]+)"', services))

    assert codes == set(
        ServiceType.objects.filter(is_retired=False).values_list("code", flat=True)
    )


def test_every_search_that_it_leads_to_can_be_asked(explainer, client):
    searches = set(re.findall(r'href="(/clinics/\?[^"]+)"', explainer))

    statuses = {client.get(search).context_data["asked"].outcome for search in searches}

    assert len(searches) == 3 + 11
    assert statuses == {"ready"}


def test_no_sentence_of_the_article_is_repeated(explainer):
    taken = "have established their own space", "like a big boon", "Umpteen"

    assert [each for each in taken if each in text_of(explainer)] == []


@pytest.mark.parametrize(
    ("category", "paragraph"),
    [
        ("telemedicine", "telemedicine"),
        ("telehealth", "telehealth"),
        ("telehealth-only", "other-telehealth"),
    ],
)
def test_every_category_leads_to_its_search_and_its_filter_back_to_it(
    explainer, client, category, paragraph
):
    form = client.get("/").content.decode()

    kinds = part(form, "id_category")

    assert f'href="/clinics/?category={category}"' in part(explainer, paragraph)
    assert f'value="{category}"' in kinds
    assert f'href="{ADDRESS}#{paragraph}"' in kinds
