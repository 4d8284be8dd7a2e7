"""Which do I need? A few answers come to a search, and it says why."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.utils.http import urlencode

from locator.explaining.wishes import DEVICES, HOW, WISHES, wish_of
from locator.models import AgeGroup, Specialty
from tests.making import at_once, make_place
from tests.markup import read

ADDRESS = "/telehealth-and-telemedicine/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(client):
    """A function: what the explainer advises to these answers."""

    def advise(**answers):
        response = client.get(ADDRESS, answers)
        assert response.status_code == 200
        return response.context_data["choosing"].advice

    return advise


@pytest.fixture
def _clinics(make_clinic):
    austin = (30.267, -97.743)
    make_place("Austin", at=austin, population=961_855)
    make_place("Springfield", at=(39.8, -89.6), region="US-IL", population=114_000)
    make_place("Springfield", at=(37.2, -93.3), region="US-MO", population=169_000)
    texas = {"at": austin, "covers": ["US-TX"]}
    with at_once():
        make_clinic("Screen", **texas, modalities=["video"], age_groups=["child"])
        make_clinic("Voice", **texas, modalities=["phone"], specialties=["skin"])
        make_clinic("Silent", **texas, specialties=["sleep"])
        make_clinic("Far", covers=["US-OH"], modalities=["video"])


def asked(url):
    """The parameters of the search at `url`."""
    return parse_qs(urlsplit(url).query)


# --- From answers to a search --------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "device", "search"),
    [
        ("see", "camera", {"visit": ["remote"], "modality": ["video"]}),
        ("see", "phone", {"visit": ["remote"], "modality": ["phone"]}),
        ("talk", "phone", {"visit": ["remote"], "modality": ["phone"]}),
        ("talk", "camera", {"visit": ["remote"], "modality": ["phone"]}),
        ("there", "none", {"visit": ["in-person"]}),
        ("there", "camera", {"visit": ["in-person"]}),
        ("see", "none", {"visit": ["in-person"]}),
        ("any", "none", {"visit": ["in-person"]}),
        ("any", "phone", {"visit": ["remote"], "modality": ["phone"]}),
        ("any", "camera", {}),
        ("any", "", {}),
    ],
)
@pytest.mark.usefixtures("_clinics")
def test_how_and_with_what_come_to_a_kind_of_visit(answer, how, device, search):
    advice = answer(how=how, device=device)

    is_remote = search.get("visit") == ["remote"]
    category = {"category": ["telemedicine"]} if is_remote else {}
    assert asked(advice.url) == search | category


@pytest.mark.parametrize("device", ["camera", "phone", ""])
def test_who_wants_to_write_is_never_sent_to_a_call(device):
    assert wish_of("write", device).modality == "message"


def test_every_pair_of_answers_has_a_wish_and_says_why():
    wishes = [wish_of(how, device) for how in HOW for device in ("", *DEVICES)]

    assert all(str(wish.why) for wish in wishes)
    assert set(WISHES.values()) == set(wishes)


@pytest.mark.usefixtures("_clinics")
def test_for_whom_and_what_for_are_asked_as_well_and_said(answer):
    advice = answer(how="any", age="child", specialty="mental-health")

    assert asked(advice.url) == {"age": ["child"], "specialty": ["mental-health"]}
    assert advice.clinics == 1
    assert "It is for: A child (0–12). We ask for clinics that see that age." in (
        advice.reasons
    )
    assert "It is about: Mental health. We ask for clinics that offer that." in (
        advice.reasons
    )


@pytest.mark.usefixtures("_clinics")
def test_a_plain_phone_is_told_why_it_gets_no_video(answer):
    advice = answer(how="see", device="phone")

    assert advice.reasons[0] == (
        "A plain phone shows no picture: we ask for visits by phone."
    )


@pytest.mark.usefixtures("_clinics")
def test_clinics_are_counted_as_the_search_lists_them(answer, client):
    everywhere = answer(how="see", device="camera")
    in_texas = answer(how="see", device="camera", place="Austin")

    assert (everywhere.clinics, in_texas.clinics) == (2, 1)
    assert client.get(in_texas.url).context_data["results"].total == 1
    assert asked(in_texas.url)["place"] == ["Austin"]
    assert "You named no place" in everywhere.reasons[-1]
    assert "You will be in Austin, Texas" in in_texas.reasons[-1]


@pytest.mark.usefixtures("_clinics")
def test_silence_is_counted_apart(answer, client):
    advice = answer(how="see", device="camera")

    assert advice.silent == 1
    assert client.get(advice.silent_url).context_data["results"].total == 3


@pytest.mark.usefixtures("_clinics")
def test_where_nobody_states_it_the_silent_are_asked_for_and_it_says_so(answer):
    advice = answer(how="write", device="camera")

    assert advice.clinics == 1
    assert asked(advice.url)["unstated"] == ["include"]
    assert "No listing states all of this" in advice.reasons[-1]
    assert advice.silent_url == ""


@pytest.mark.usefixtures("_clinics")
def test_where_nothing_fits_it_says_so_and_leads_to_what_comes_near(client):
    page = read(client.get(ADDRESS, {"how": "see", "specialty": "skin"}))
    answer = page.one(id="answer")

    assert "No clinic that we list fits all of this now." in answer.text
    link = answer.one("a", class_="button").attrs["href"]
    assert client.get(link).context_data["dead_end"]


@pytest.mark.parametrize(
    ("how", "word", "told"),
    [
        ("see", "#telemedicine", "This is telemedicine"),
        ("there", "#telehealth", "This is neither"),
        ("any", "#telehealth", "The remote visits among them are telemedicine"),
    ],
)
@pytest.mark.usefixtures("_clinics")
def test_it_says_which_of_the_two_words_that_is(client, how, word, told):
    answer = read(client.get(ADDRESS, {"how": how})).one(id="answer")

    assert told in answer.text
    assert word in [link.attrs["href"] for link in answer.all("a")]


# --- The form ------------------------------------------------------------------------


def which(client, **answers):
    return read(client.get(ADDRESS, answers)).one(id="which")


@pytest.mark.usefixtures("_clinics")
def test_it_asks_four_things_and_nothing_of_symptoms_or_urgency(client):
    part = which(client)

    names = {each.attrs["name"] for each in part.one("form") if each.attrs.get("name")}
    assert names == {"how", "device", "age", "specialty"}
    assert part.all("textarea") == []
    assert part.all("input", type="text") == []


def test_it_begins_with_the_emergency_line_of_the_country(client):
    make_place("Pune", at=(18.52, 73.86), region="IN-MH", population=3_000_000)

    american, indian = which(client), which(client, place="Pune")

    for part, number in ((american, "911"), (indian, "112")):
        text = part.text
        assert text.index(f"In an emergency: call {number}") < text.index("How would")
        assert "do not judge how urgent anything is" in text


def test_nothing_is_advised_before_it_is_answered(client):
    assert which(client).all(id="answer") == []


@pytest.mark.usefixtures("_clinics")
def test_what_was_answered_stays_chosen(client):
    part = which(client, how="talk", device="phone", age="child", specialty="skin")

    chosen = {
        (each.attrs["name"], each.attrs["value"])
        for each in part.all("input", type="radio")
        if "checked" in each.attrs
    }
    assert chosen == {("how", "talk"), ("device", "phone"), ("age", "child")}
    selected = [each for each in part.all("option") if "selected" in each.attrs]
    assert [each.attrs["value"] for each in selected] == ["skin"]


@pytest.mark.parametrize("name", ["how", "device", "age", "specialty"])
@pytest.mark.usefixtures("_clinics")
def test_an_answer_that_is_none_is_an_error_beside_it(client, name):
    part = which(client, **{"how": "see", name: "pigeon"})

    assert part.all(id="answer") == []
    assert "We do not know “pigeon” here." in part.one(id=f"id_{name}_error").text


@pytest.mark.usefixtures("_clinics")
def test_the_place_of_the_page_is_kept_and_can_be_named_in_the_end(client):
    without, with_place = (
        which(client, how="see"),
        which(client, how="see", place="Austin"),
    )

    form = without.one(id="answer").one("form")
    assert form.attrs["action"] == "/clinics/"
    assert {
        each.attrs["name"]: each.attrs["value"]
        for each in form.all("input", type="hidden")
    } == {"visit": "remote", "modality": "video", "category": "telemedicine"}
    assert with_place.one(id="answer").all("form") == []
    assert with_place.all("input", type="hidden", name="place", value="Austin")


@pytest.mark.usefixtures("_clinics")
def test_a_place_that_nobody_knows_is_left_out_of_the_search(answer):
    for place in ("Springfield", "Nowhere"):
        assert "place" not in asked(answer(how="see", place=place).url)


@pytest.mark.usefixtures("_clinics")
def test_answers_leave_no_cookie_and_are_not_for_search_engines(client):
    response = client.get(ADDRESS, {"how": "see"})

    assert not response.cookies
    assert response["X-Robots-Tag"] == "noindex"
    assert "private" in response["Cache-Control"]


# --- Every link into the search ------------------------------------------------------


@pytest.fixture
def _samples():
    call_command("load_samples", verbosity=0)


def searches(page):
    """Every address of a search that a page leads to."""
    links = (link.attrs.get("href", "") for link in page.one("main").all("a"))
    return {link for link in links if re.match(r"/clinics/\?", link)}


def shown(page):
    """What the search form shows as chosen, name and value."""
    form = page.one("form", id="search")
    for each in form:
        is_on = "checked" in each.attrs or each.attrs.get("type") in ("hidden", "text")
        if each.tag == "input" and is_on:
            yield each.attrs["name"], each.attrs["value"]
        if each.tag == "select":
            for option in each.all("option"):
                if "selected" in option.attrs:
                    yield each.attrs["name"], option.attrs["value"]


@pytest.mark.usefixtures("_samples")
def test_every_link_into_the_search_sets_its_filters_there(client):
    # An answer for each kind of visit that answers can come to.
    kinds = {(wish.visit, wish.modality): pair for pair, wish in WISHES.items()}
    answered = [
        dict(zip(("how", "device"), pair, strict=True)) for pair in kinds.values()
    ]
    answered += [{"how": "any", "age": code} for code in codes(AgeGroup)]
    answered += [{"how": "see", "specialty": code} for code in ("skin", "sleep")]
    pages = [{}, {"region": "US-TX"}, *answered]
    links = set()
    for answers in pages:
        links |= searches(read(client.get(ADDRESS, answers)))

    unset, dead = [], []
    for link in links:
        response = client.get(link)
        wanted = {(name, value) for name, (value,) in asked(link).items()}
        unset += [(link, each) for each in wanted - set(shown(read(response)))]
        context = response.context_data
        if not context["results"].total and not context["dead_end"]:
            dead.append(link)

    assert len(links) > 40
    assert unset == []
    assert dead == []


def codes(model):
    return model.objects.values_list("code", flat=True)


@pytest.mark.usefixtures("_samples")
def test_every_specialty_on_offer_can_be_answered(client):
    offered = [
        option.attrs["value"]
        for option in which(client).one("select", id="id_specialty").all("option")
    ]

    assert set(offered) - set(codes(Specialty)) == {""}
    for code in offered[:4]:
        answers = urlencode({"how": "any", "specialty": code})
        advice = client.get(f"{ADDRESS}?{answers}").context_data["choosing"].advice
        assert advice.clinics > 0
