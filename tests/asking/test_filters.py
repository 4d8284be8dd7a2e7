from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from locator import catalogues, places
from locator.asking.filters import ClinicFilter, FeatureFilter, Outcome
from locator.asking.questions import CATALOGUE_OF
from locator.geo import KM_PER_MILE, Point
from locator.search import find, holdings
from locator.search.query import Category, Contact, Sort, Visit
from tests.making import make_place

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.fixture
def ask(db):
    """What an address asks: `ask("place=Austin&within=25mi")`."""

    def ask(query: str = "", kind=ClinicFilter):
        return kind(
            QueryDict(query),
            catalogues=catalogues.current(),
            holdings=holdings.current(),
            now=NOW,
        )

    return ask


@pytest.fixture
def austin(db):
    return make_place("Austin", at=(30.2672, -97.7431), population=960_000)


def asked_for(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


# --- Nothing, and nonsense -----------------------------------------------------------


def test_nothing_asked_is_every_clinic(ask):
    asked = ask("")

    assert asked.outcome is Outcome.READY
    assert not asked.is_asked
    assert (asked.query.point, asked.query.region, asked.query.now) == (None, "", NOW)


def test_an_empty_parameter_is_an_absent_one(ask):
    empty = "&".join(f"{name}=" for name in ask("").filters)

    asked = ask(f"{empty}&place=%20%20&specialty=&specialty=")

    assert asked.query == ask("").query
    assert not asked.is_asked
    assert asked.chosen == []


def test_unknown_parameters_are_ignored(ask):
    asked = ask("utm_source=x&status=draft&limit=5&password=1")

    assert asked.query == ask("").query
    assert asked.search_url == "/clinics/"


def test_of_a_repeated_single_parameter_the_last_counts(ask, austin):
    asked = ask("place=Nowhere&place=Austin&visit=remote&visit=any&page=9&page=2")

    assert asked.where.place.region == "US-TX"
    assert (asked.query.visit, asked.query.page) == (Visit.ANY, 2)


def test_a_repeated_single_parameter_that_ends_empty_is_absent(ask):
    assert ask("visit=remote&visit=").query.visit is Visit.ANY


@pytest.mark.parametrize(
    "query",
    [
        "visit=sideways",
        "category=magic",
        "type=surgery",
        "specialty=nothing",
        "specialty=mental-health&specialty=nothing",
        "modality=telegraph",
        "language=xx",
        "payment=gold",
        "age=old",
        "accepting=no",
        "open=later",
        "eligibility=kings",
        "accessibility=lift",
        "contact=pigeon",
        "unstated=exclude",
        "sort=price",
        "region=US-ZZ",
        "unit=furlong",
        "within=far",
        "within=0",
        "within=600",
        "lat=95&lon=3",
        "lat=30&lon=x",
        "page=0",
        "page=nan",
        "q=%21%21%21",
        "q=%00",
        "place=%00",
        "place=" + "x" * 10_000,
    ],
)
def test_an_unusable_value_is_an_error_beside_its_field_and_nothing_is_searched(
    ask, query
):
    asked = ask(query)

    name = query.partition("=")[0]
    assert asked.outcome is Outcome.INVALID
    assert name in asked.errors or (name == "lat" and "lon" in asked.errors)
    shown = "place" if name == "lat" else name
    assert asked.questions[shown].errors
    assert (asked.questions[shown], asked.questions[shown].errors[0]) in (
        asked.errors_list
    )


def test_queryset_of_the_filter_is_of_no_use(ask):
    asked = ask("")

    with pytest.raises(TypeError):
        _ = asked.qs


# --- Where ---------------------------------------------------------------------------


def test_a_place_gives_the_start_and_the_patients_region(ask, austin):
    asked = ask("place=Austin")

    assert asked.query.point == Point(30.2672, -97.7431)
    assert (asked.query.region, asked.query.is_area) == ("US-TX", False)


def test_region_sets_where_the_patient_is_and_place_where_distances_start(ask, austin):
    asked = ask("place=Austin&region=us-ok")

    assert asked.query.point == Point(30.2672, -97.7431)
    assert asked.query.region == "US-OK"


@pytest.mark.parametrize("query", ["place=Texas", "region=US-TX"])
def test_a_region_alone_has_no_start(ask, query):
    asked = ask(query)

    assert asked.query.point is None
    assert (asked.query.region, asked.query.is_area) == ("US-TX", True)


def test_a_position_is_rounded_by_the_server_too(ask):
    asked = ask("lat=30.267153&lon=-97.7430608")

    assert asked.query.point == Point(30.27, -97.74)
    assert asked_for(asked.search_url) == {"lat": ["30.27"], "lon": ["-97.74"]}
    assert asked.carried == [("lat", "30.27"), ("lon", "-97.74")]


def test_the_null_island_is_a_position_like_any_other(ask):
    asked = ask("lat=0&lon=0.0")

    assert asked.query.point == Point(0, 0)
    assert asked_for(asked.search_url) == {"lat": ["0"], "lon": ["0"]}


def test_a_place_wins_over_a_position(ask, austin):
    asked = ask("place=Austin&lat=40.71&lon=-74.01")

    assert asked.query.point == Point(30.2672, -97.7431)
    assert asked_for(asked.search_url) == {"place": ["Austin"]}


@pytest.mark.parametrize("query", ["lat=30", "lon=-97", "lat=30&place=Austin"])
def test_half_a_position_is_an_error(ask, austin, query):
    asked = ask(query)

    assert asked.outcome is Outcome.INVALID
    assert set(asked.errors) == {"lat", "lon"}
    assert len(asked.questions["place"].errors) == 1


def test_a_position_lies_in_the_region_of_the_nearest_postcode(ask):
    make_place("78701", kind="postcode", at=(30.27, -97.74))

    asked = ask("lat=30.3&lon=-97.7")

    assert asked.query.region == "US-TX"
    assert asked.where_label == "your location"


def test_a_position_far_from_any_postcode_lies_in_no_region_that_we_know(ask):
    make_place("78701", kind="postcode", at=(30.27, -97.74))

    asked = ask("lat=0&lon=0")

    assert (asked.query.region, asked.query.is_area) == ("", False)


def test_of_two_areas_that_were_named_the_one_asked_for_is_searched_and_told(ask):
    asked = ask("place=Texas&region=US-OK")

    assert (asked.query.region, asked.query.is_area) == ("US-OK", True)
    assert asked.where_label == "Oklahoma"
    assert ask("place=Texas&region=nowhere").where_label == "Texas"


def test_the_patient_may_be_in_further_regions(ask, austin):
    asked = ask("place=Austin&also=us-ok&also=US-TX&also=&also=US-OK")

    assert asked.query.also == ("US-OK",)
    assert asked.also_labels == ["Oklahoma"]
    assert asked_for(asked.search_url)["also"] == ["US-OK", "US-TX"]


def test_more_further_regions_than_three_are_an_error(ask, austin):
    asked = ask("place=Austin&also=US-OK&also=US-LA&also=US-NM&also=US-AR")

    assert asked.outcome is Outcome.INVALID
    assert asked.questions["also"].errors


def test_a_town_stays_the_start_wherever_the_patient_will_be(ask, austin):
    assert ask("place=Austin&region=US-OK").where_label == "Austin, Texas"


def test_near_a_border_the_other_side_is_offered(ask):
    make_place("75501", kind="postcode", at=(33.43, -94.08), region="US-TX")
    make_place("71854", kind="postcode", at=(33.44, -93.98), region="US-AR")

    asked = ask("lat=33.43&lon=-94.07")

    assert asked.query.region == "US-TX"
    assert asked.where.border_regions == ("US-AR",)
    assert ask("lat=33.43&lon=-94.07&region=US-AR").where.border_regions == ()


def test_an_ambiguous_place_is_an_outcome_and_no_error(ask):
    make_place("Springfield", at=(39.8, -89.64), region="US-IL", population=114_000)
    make_place("Springfield", at=(37.2, -93.29), region="US-MO", population=169_000)

    asked = ask("place=springfield&specialty=mental-health")

    assert asked.outcome is Outcome.AMBIGUOUS_PLACE
    assert not asked.errors
    assert len(asked.place_links) == 2
    for link in asked.place_links:
        assert asked_for(link.url)["specialty"] == ["mental-health"]
        picked = ask(urlsplit(link.url).query)
        assert picked.outcome is Outcome.READY


def test_an_unknown_place_is_another_outcome(ask):
    asked = ask("place=Xyzzyville")

    assert asked.outcome is Outcome.UNKNOWN_PLACE
    assert not asked.errors


def test_a_place_written_almost_right_is_suggested(ask, austin):
    asked = ask("place=Austim&specialty=skin")

    assert asked.outcome is Outcome.UNKNOWN_PLACE
    assert asked.spellings[0].text.startswith("Austin, ")
    assert asked_for(asked.spellings[0].url)["specialty"] == ["skin"]
    assert asked.place_hint == ""


def test_a_postcode_of_a_country_without_postcodes_asks_for_a_town(ask):
    asked = ask("place=SW1A 1AA")

    assert asked.outcome is Outcome.UNKNOWN_PLACE
    assert asked.place_hint == (
        "United Kingdom: we hold no postcodes yet. Write a town instead."
    )


def test_a_place_without_a_point_or_a_region_stands_for_its_country(ask):
    make_place("09001", kind="postcode", at=None, region="", country="US")

    asked = ask("place=09001")

    assert (asked.query.region, asked.query.is_area) == ("US", True)


# --- How far -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "km"),
    [
        ("within=25mi", 25 * KM_PER_MILE),
        ("within=40km", 40),
        ("within=25", 25 * KM_PER_MILE),
        ("within=25&unit=km", 25),
        ("within=500mi", 500 * KM_PER_MILE),
        ("within=804.672km", 500 * KM_PER_MILE),
    ],
)
def test_a_radius_has_a_unit_or_takes_that_of_the_place(ask, austin, query, km):
    assert ask(f"place=Austin&{query}").query.within_km == pytest.approx(km)


def test_a_bare_radius_in_india_is_in_kilometres(ask):
    make_place("Pune", at=(18.52, 73.86), region="IN-MH", population=3_000_000)

    assert ask("place=Pune&within=600").query.within_km == 600
    assert ask("place=Pune&within=600&unit=mi").outcome is Outcome.INVALID
    assert ask("place=Pune&within=600").query.unit == "km"


def test_the_unit_of_the_place_goes_before_that_of_the_region(ask):
    make_place("London", at=(51.51, -0.13), region="GB-ENG", population=9_000_000)

    assert ask("place=London&region=IN-MH").query.unit == "mi"


def test_the_unit_travels_in_every_link(ask, austin):
    asked = ask("place=Austin&unit=KM&specialty=mental-health")

    urls = [asked.search_url, asked.clear_url, *(each.url for each in asked.chosen)]
    assert all(asked_for(url)["unit"] == ["km"] for url in urls)


@pytest.mark.parametrize("name", ["place", "q"])
@pytest.mark.parametrize("word", ["any", "best"])
def test_a_word_that_says_nothing_elsewhere_is_a_text_like_any_other(ask, name, word):
    asked = ask(f"{name}={word}&visit=any&sort=best&category=any")

    assert asked_for(asked.search_url) == {name: [word]}
    assert [each.name for each in asked.chosen] == [name]


def test_a_radius_without_a_start_is_ignored_and_kept_for_later(ask):
    asked = ask("place=Texas&within=25mi&sort=distance")

    assert asked.query.within_km is None
    assert asked.query.sort is Sort.BEST
    assert asked.ignores_within
    assert asked.ignores_sort
    assert asked_for(asked.search_url)["within"] == ["25mi"]


def test_a_radius_has_no_effect_on_remote_visits(ask, austin):
    asked = ask("place=Austin&within=25mi&visit=remote")

    assert asked.query.asked_km is None
    assert asked.ignores_within


def test_a_radius_stays_for_who_counts_the_other_kinds_of_visit(
    ask, austin, make_clinic
):
    make_clinic("Near", at=(30.354, -97.7431))
    make_clinic("Far", at=(31.6, -97.7))
    asked = ask("place=Austin&within=25mi&visit=remote")
    in_person = ask("place=Austin&within=25mi&visit=in-person")

    counts = find(asked.query, counted=True).counts["visit"]

    assert counts["in-person"] == find(in_person.query).total == 1


def test_a_radius_that_is_not_on_the_list_is_shown_as_chosen(ask, austin):
    options = ask("place=Austin&within=7.5").questions["within"].options

    chosen = [option for option in options if option.is_chosen]
    assert [(each.code, each.label) for each in chosen] == [("7.5mi", "7.5 miles")]
    assert [each.code for each in options][1:4] == ["5mi", "7.5mi", "10mi"]


# --- What ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", CATALOGUE_OF)
def test_every_catalogue_can_be_asked_any_of(ask, name):
    choices = getattr(catalogues.current(), CATALOGUE_OF[name])
    first, second = choices.entries[:2]

    asked = ask(f"{name}={first.code}&{name}={second.code.upper()}&{name}={first.code}")

    assert asked.mask(name) == 1 << first.bit | 1 << second.bit
    assert asked_for(asked.search_url)[name] == [first.code, second.code]


def test_all_answers_reach_the_query(ask, austin):
    asked = ask(
        "place=Austin&visit=remote&category=telemedicine&accepting=yes&open=now"
        "&unstated=include&contact=text&contact=email&q=Clear%20Crík&sort=name&page=3"
        "&specialty=skin&modality=video&language=es&payment=medicaid&age=child"
        "&eligibility=veterans&accessibility=captions&type=consultation"
    )

    query = asked.query
    known = catalogues.current()
    assert asked.is_ready
    assert (query.visit, query.category) == (Visit.REMOTE, Category.TELEMEDICINE)
    assert query.accepting
    assert query.open_now
    assert query.with_unstated
    assert query.contacts == 1 << Contact.TEXT | 1 << Contact.EMAIL
    assert (query.words, query.sort, query.page) == (("clear", "crik"), Sort.NAME, 3)
    assert query.specialties == known.specialties.mask(["skin"])
    assert query.modalities == known.modalities.mask(["video"])
    assert query.languages == known.languages.mask(["es"])
    assert query.payments == known.payments.mask(["medicaid"])
    assert query.ages == known.age_groups.mask(["child"])
    assert query.eligibility == known.eligibilities.mask(["veterans"])
    assert query.accessibility == known.accessibility.mask(["captions"])
    assert query.types == known.service_types.mask(["consultation"])


@pytest.mark.parametrize(
    ("query", "category"),
    [
        ("category=telemedicine", Category.TELEMEDICINE),
        ("category=Telehealth_only", Category.TELEHEALTH_ONLY),
        ("category=telemedicine&category=telehealth-only", Category.TELEHEALTH),
        ("category=telemedicine&category=any", Category.ANY),
        ("category=any", Category.ANY),
    ],
)
def test_several_categories_are_any_of_them(ask, query, category):
    assert ask(query).query.category is category


def test_a_modality_belongs_to_the_remote_visit(ask):
    asked = ask("modality=video&visit=in-person")

    assert asked.outcome is Outcome.INVALID
    assert set(asked.errors) == {"modality"}
    assert asked.questions["modality"].errors


def test_a_machine_may_say_how_many_it_takes(ask):
    assert ask("", FeatureFilter).query.page_size == 20
    assert ask("limit=1000", FeatureFilter).query.page_size == 1000
    assert ask("limit=0", FeatureFilter).outcome is Outcome.INVALID
    assert ask("limit=1001", FeatureFilter).outcome is Outcome.INVALID
    assert ask("limit=5", FeatureFilter).links.url("clinic_geojson") == (
        "/clinics.geojson?limit=5"
    )


# --- Drawing it ----------------------------------------------------------------------


def test_what_no_listing_states_is_no_option_but_may_still_be_asked(ask, make_clinic):
    make_clinic("States it", covers=["US-TX"], modalities=["video"])

    question = ask("").questions["modality"]
    asked = ask("modality=phone")

    assert [option.code for option in question.options] == ["video"]
    assert "Phone" in question.not_stated
    assert question.ask
    assert asked.is_ready
    assert [each.code for each in asked.questions["modality"].options] == (
        ["video", "phone"]
    )


def test_flags_are_offered_where_some_listing_states_them(ask, make_clinic):
    before = ask("").questions
    make_clinic(
        "States it",
        accepting="no",
        opening_hours="Mo-Fr 09:00-17:00",
        time_zone="America/Chicago",
    )

    after = ask("").questions

    for name in ("accepting", "open"):
        assert before[name].options == ()
        assert before[name].not_stated
        assert len(after[name].options) == 1
    assert len(before["unstated"].options) == 1


def test_payments_are_those_of_the_searchs_country(ask, make_clinic):
    make_clinic("States both", payments=["medicaid", "ayushman-bharat", "self-pay"])
    make_place("Pune", at=(18.52, 73.86), region="IN-MH", population=3_000_000)

    def codes(query):
        return {option.code for option in ask(query).questions["payment"].options}

    assert codes("") == {"medicaid", "self-pay"}
    assert codes("place=Pune") == {"ayushman-bharat", "self-pay"}
    assert codes("place=Pune&payment=medicaid") == {
        "ayushman-bharat",
        "self-pay",
        "medicaid",
    }


def test_types_for_health_workers_stand_apart(ask, make_clinic):
    make_clinic(
        "Teaches",
        services=[{"type": "health-worker-training"}, {"type": "appointment-booking"}],
    )

    groups = {each.code: each.group for each in ask("").questions["type"].options}

    assert groups == {
        "health-worker-training": "health-workers",
        "appointment-booking": "telehealth",
    }


def test_every_answer_can_be_taken_back_by_itself(ask, austin):
    asked = ask(
        "place=Austin&within=25&specialty=skin&specialty=mental-health&accepting=yes"
        "&sort=name&page=4&category=telehealth"
    )

    chosen = {(each.name, each.text): each.url for each in asked.chosen}
    assert list(chosen) == [
        ("place", "Austin"),
        ("within", "Within 25 miles"),
        ("category", "Telehealth"),
        ("specialty", "Skin"),
        ("specialty", "Mental health"),
        ("accepting", "Accepting new patients"),
    ]
    taken = asked_for(chosen["specialty", "Skin"])
    assert taken == {
        "place": ["Austin"],
        "within": ["25mi"],
        "category": ["telehealth"],
        "specialty": ["mental-health"],
        "accepting": ["yes"],
        "sort": ["name"],
    }
    assert asked_for(asked.clear_url) == {"place": ["Austin"]}


def test_an_answer_says_itself_what_it_is_about(ask, austin):
    asked = ask("place=Austin&region=US-OK&also=US-LA&within=40km&q=creek&age=senior")

    assert {each.name: each.text for each in asked.chosen} == {
        "place": "Austin",
        "region": "In Oklahoma",
        "also": "Also in Louisiana",
        "within": "Within 40 km",
        "q": "Called “creek”",
        "age": "An older person (65 or older)",
    }


def test_the_order_and_the_unit_are_carried_by_the_form(ask, austin):
    asked = ask("place=Austin&sort=name&unit=km&visit=remote")

    assert asked.carried == [("unit", "km"), ("sort", "name")]


def test_counts_stand_beside_the_options_they_belong_to(ask, make_clinic):
    make_clinic("Clear Creek Care", covers=["US-TX"], modalities=["video", "phone"])
    asked = ask("")
    video = asked.catalogues.modalities.by_code["video"].bit

    asked.counts = {"modality": {video: 4}}

    counts = {each.code: each.count for each in asked.questions["modality"].options}
    assert counts == {"video": 4, "phone": 0}


def test_a_position_is_taken_back_whole(ask):
    (answer,) = ask("lat=30.27&lon=-97.74").chosen

    assert (answer.text, answer.url) == ("Your location", "/clinics/")


def test_the_form_shows_what_was_asked_even_where_it_cannot_be_used(ask):
    asked = ask("place=Austin&within=far&specialty=skin&specialty=nothing")

    assert asked.questions["place"].value == "Austin"
    assert asked.questions["within"].errors
    chosen = [
        each.code for each in asked.questions["specialty"].options if each.is_chosen
    ]
    assert chosen == ["skin"]


def test_crisis_words_call_for_help_and_change_nothing(ask, austin):
    asked = ask("place=Austin&q=suicide")

    assert asked.has_crisis_words
    assert asked.is_ready
    assert asked.query.words == ("suicide",)
    assert not ask("place=Austin").has_crisis_words


# --- Hostile -------------------------------------------------------------------------

NAMES = list(FeatureFilter.base_filters)
VALUES = st.one_of(
    st.text(max_size=20),
    st.floats().map(str),
    st.integers().map(str),
    st.sampled_from(
        [
            "\x00",
            "1e999",
            "-0",
            "9" * 10_000,
            "a" * 10_000,
            "\ufffd",
            "٣",
            "25mi",
            "yes",
            "telehealth",
            "'; DROP TABLE clinic; --",
            "<script>",
            "%s%n",
            "../../etc/passwd",
        ]
    ),
)


@given(pairs=st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=8))
@settings(max_examples=60)
def test_no_question_breaks_the_filter(ask, pairs):
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)

    asked = ask(data.urlencode(), FeatureFilter)

    if asked.is_ready:
        assert asked.query.page >= 1
    else:
        assert asked.errors or asked.where.found.outcome != "found"
    # What is drawn and what links carry never break either.
    assert asked.questions
    again = ask(urlsplit(asked.search_url).query)
    assert again.is_valid()
    of_machines = dict.fromkeys(("limit", "view", "bbox", "zoom"))
    assert again.search_url == asked.links.url(**of_machines)


def test_places_are_looked_up_once(ask, austin, django_assert_max_num_queries):
    asked = ask("place=Austin&specialty=skin")
    assert places.find_place("Austin").place

    with django_assert_max_num_queries(2):
        assert asked.is_ready
        assert asked.query
        assert asked.questions
        assert asked.chosen
        assert asked.where.border_regions == ()
