"""What visitors type, held against everything that `load_places` loads."""

import random

import pytest
from django.core.management import call_command
from django.db.models import Max
from django.utils import translation

from locator.gazetteer import load
from locator.geo import Point, distance_km
from locator.models import DataVersion, Place, PlaceName, Versioned
from locator.places import areas, find_place, postcode_point, postcodes, region_at
from locator.places.completing import complete
from locator.places.table import named
from locator.places.wording import Wording

pytestmark = [pytest.mark.usefixtures("gazetteer"), pytest.mark.django_db]


def test_the_gazetteer_holds_what_it_promises():
    assert Place.objects.count() > 130_000
    assert PlaceName.objects.count() > 430_000
    assert Place.objects.filter(kind="postcode", country="US").count() > 42_000
    assert Place.objects.filter(kind="postcode", country="IN").count() > 19_000


@pytest.mark.parametrize(
    ("text", "name", "region"),
    [
        ("10001", "10001 (New York, New York)", "US-NY"),
        ("10001-1234", "10001 (New York, New York)", "US-NY"),
        ("Austin 78701", "78701 (Austin, Texas)", "US-TX"),
        ("78701 Austin TX", "78701 (Austin, Texas)", "US-TX"),
        ("1100 Congress Ave, Austin, TX 78701", "78701 (Austin, Texas)", "US-TX"),
        ("560001", "560001 (Bengaluru, Karnataka)", "IN-KA"),
        ("560 001", "560001 (Bengaluru, Karnataka)", "IN-KA"),
        ("५६०००१", "560001 (Bengaluru, Karnataka)", "IN-KA"),
        ("09001", "09001 (APO AE)", ""),
        ("00601", "00601 (Adjuntas, Puerto Rico)", "US-PR"),
        ("Austin", "Austin, Texas", "US-TX"),
        ("austin tx", "Austin, Texas", "US-TX"),
        ("AUSTIN, Texas", "Austin, Texas", "US-TX"),
        ("Austin TX USA", "Austin, Texas", "US-TX"),
        ("Austin, Travis County, Texas", "Austin, Texas", "US-TX"),
        ("Bengaluru", "Bengaluru, Karnataka", "IN-KA"),
        ("Bangalore", "Bengaluru, Karnataka", "IN-KA"),
        ("Bengaluru, IN", "Bengaluru, Karnataka", "IN-KA"),
        ("बेंगलुरु", "Bengaluru, Karnataka", "IN-KA"),
        ("Bombay", "Mumbai, Maharashtra", "IN-MH"),
        ("मुंबई", "Mumbai, Maharashtra", "IN-MH"),
        ("Andheri, Mumbai", "Andheri, Maharashtra", "IN-MH"),
        ("Washington, IN", "Washington, Indiana", "US-IN"),
        ("Washington, DC", "Washington, District of Columbia", "US-DC"),
        ("Washington D.C.", "Washington, District of Columbia", "US-DC"),
        ("Paris", "Paris, France", "FR"),
        ("Paris TX", "Paris, Texas", "US-TX"),
        ("New York", "New York City, New York", "US-NY"),
        ("St Louis, MO", "St. Louis, Missouri", "US-MO"),
        ("Saint Louis, Missouri", "St. Louis, Missouri", "US-MO"),
        ("o'fallon, il", "O'Fallon, Illinois", "US-IL"),
        ("O Fallon, IL", "O'Fallon, Illinois", "US-IL"),
        ("winston salem", "Winston-Salem, North Carolina", "US-NC"),
        ("san juan, pr", "San Juan, Puerto Rico", "US-PR"),
        ("Kansas City Kansas", "Kansas City, Kansas", "US-KS"),
        ("Toronto, ON", "Toronto, Ontario", "CA-ON"),
        ("Toronto M5V 2T6", "Toronto, Ontario", "CA-ON"),
        ("Perth, WA", "Perth, Western Australia", "AU-WA"),
        ("Cambridge CB2 1TN", "Cambridge, England", "GB-ENG"),
        ("Texas", "Texas", "US-TX"),
        ("tx", "Texas", "US-TX"),
        ("West Virginia", "West Virginia", "US-WV"),
        ("IN", "Indiana", "US-IN"),
        ("US", "United States", "US"),
        ("u.s.a.", "United States", "US"),
        ("UK", "United Kingdom", "GB"),
        ("India", "India", "IN"),
        ("भारत", "India", "IN"),
        ("PR", "Puerto Rico", "US-PR"),
    ],
)
def test_what_people_type_finds_what_they_mean(text, name, region):
    found = find_place(text)

    assert found.outcome == "found", found
    assert (found.place.name, found.place.region) == (name, region)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (
            "Springfield",
            [
                "Springfield, Missouri",
                "Springfield, Massachusetts",
                "Springfield, Illinois",
            ],
        ),
        ("Portland", ["Portland, Oregon", "Portland, Maine"]),
        (
            "Washington",
            ["All of Washington, United States", "Washington, District of Columbia"],
        ),
        ("Georgia", ["All of Georgia (country)", "All of Georgia, United States"]),
        ("San José", ["San Jose, California", "San José, Costa Rica"]),
        ("Kansas City", ["Kansas City, Missouri", "Kansas City, Kansas"]),
    ],
)
def test_what_may_mean_several_gives_them_to_pick_from(text, first):
    found = find_place(text)

    assert found.outcome == "ambiguous"
    assert found.place is None
    assert [place.name for place in found.others[: len(first)]] == first


def test_paris_names_the_others_beside_it():
    others = [place.name for place in find_place("Paris").others]

    assert others[0] == "Paris, Texas"
    assert "Paris, Kentucky" in others


def test_the_city_of_new_york_offers_its_state_too():
    found = find_place("New York")

    assert [place.region for place in found.others] == ["US-NY"]
    assert found.others[0].kind == "region"


@pytest.mark.parametrize("text", ["Seattle, TX", "seattle tx", "Mumbai, Karnataka"])
def test_a_town_is_never_found_in_another_region_than_the_one_named(text):
    found = find_place(text)

    assert found.outcome == "unknown"
    assert found.suggestions[0] in {"Seattle, Washington", "Mumbai, Maharashtra"}


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("Albequerque", "Albuquerque, New Mexico"),
        ("Philidelphia, PA", "Philadelphia, Pennsylvania"),
        ("Banglore", "Bengaluru, Karnataka"),
        ("Texs", "Texas"),
        ("78700", "78701"),
        ("560000", "560001"),
        ("Dallas 78701", "Dallas, Texas"),
        ("78701 CA", "California"),
    ],
)
def test_nearest_spellings_are_suggested(text, suggestion):
    found = find_place(text)

    assert found.outcome == "unknown"
    assert suggestion in found.suggestions


def test_every_suggestion_can_be_looked_up():
    texts = ["Albequerque", "springfeild", "Texs", "78700", "Seattle, TX", "Georgja"]

    suggestions = [each for text in texts for each in find_place(text).suggestions]

    assert len(suggestions) > 10
    assert [s for s in suggestions if find_place(s).outcome == "unknown"] == []


@pytest.mark.parametrize("text", ["xqzwvkjq", "near Austin", "!!!", "", "M5V 2T6"])
def test_nonsense_finds_nothing_and_suggests_nothing(text):
    found = find_place(text)

    assert (found.outcome, found.suggestions) == ("unknown", ())


def test_the_query_of_a_place_finds_that_place_again(known):
    pks = list(Place.objects.order_by("pk").values_list("pk", flat=True))
    picked = random.Random(20).sample(pks, 400)
    wording = Wording(known, areas.of(known))
    names = PlaceName.objects.filter(place__in=picked).values_list("folded", flat=True)
    hits = {hit.pk: hit for hit in named(set(names)) if hit.pk in set(picked)}
    places = [wording.place(hit) for hit in hits.values()]

    assert len(places) == 400
    lost = [p for p in places if find_place(p.query, catalogues=known).place != p]
    assert lost == []


def test_the_query_of_a_region_finds_that_region_again(known):
    wording = Wording(known, areas.of(known))
    regions = [wording.place(code) for code in known.regions]

    lost = [r for r in regions if find_place(r.query, catalogues=known).place != r]

    assert lost == []


def test_a_town_that_two_gazetteers_know_is_one_place_with_its_people():
    austin = Place.objects.get(name="Austin", region="US-TX", kind="city")

    assert austin.population > 900_000
    assert Place.objects.filter(name="Bombay", region="IN-MH").count() == 0
    small = Place.objects.get(name="Washington", region="US-IN", kind="city")
    assert small.population == 0


def test_a_hit_costs_one_query_and_a_miss_three(
    known, django_assert_num_queries, django_assert_max_num_queries
):
    for text in ["78701", "Austin, TX", "Springfield", "Texas", "मुंबई"]:
        with django_assert_num_queries(1):
            find_place(text, catalogues=known)
    for text in ["Albequerque", "xqzwvkjq", "78700", "Seattle, TX"]:
        with django_assert_max_num_queries(3):
            find_place(text, catalogues=known)


@pytest.mark.parametrize(
    ("point", "region"),
    [
        (Point(30.27, -97.74), "US-TX"),
        (Point(40.75, -73.99), "US-NY"),
        (Point(12.97, 77.59), "IN-KA"),
        (Point(18.4, -66.1), "US-PR"),
        (Point(51.88, -176.65), "US-AK"),
        (Point(43.65, -79.38), ""),
        (Point(0, 0), ""),
    ],
)
def test_a_position_lies_in_the_region_of_the_nearest_postcode(point, region):
    assert region_at(point).region == region


def test_a_position_at_the_border_of_states_says_so():
    found = region_at(Point(39.1, -94.61))

    assert {found.region, *found.also} == {"US-MO", "US-KS"}


def test_importers_get_the_point_zone_and_town_of_postcodes():
    found = postcodes("US", ["78701", "02203", "99999", "560001"])

    assert set(found) == {"78701", "02203"}
    austin = found["78701"]
    assert (austin.town, austin.region_id) == ("Austin", "US-TX")
    assert austin.time_zone == "America/Chicago"
    assert distance_km(austin.point, Point(30.27, -97.74)) < 5
    assert postcode_point("560001", "IN").time_zone == "Asia/Kolkata"


def test_a_postcode_without_a_known_point_has_none():
    assert postcode_point("09001", "US").point is None


def test_a_second_load_finds_nothing_to_do(capsys, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        call_command("load_places")

    assert "up to date" in capsys.readouterr().out


def test_another_set_of_regions_asks_for_another_load():
    DataVersion.objects.filter(part=Versioned.PLACES).update(token="of-another-day")

    assert not load.is_current()


def test_a_load_that_fails_half_way_leaves_everything_as_it_was(monkeypatch):
    before = Place.objects.count(), PlaceName.objects.count()
    monkeypatch.setattr(load, "read", lambda progress: [])

    def fail(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load.load(fail)

    assert (Place.objects.count(), PlaceName.objects.count()) == before


def test_the_database_counts_on_behind_the_loaded_places():
    place = Place.objects.create(kind="city", name="New Town", country="US")

    assert place.pk > 130_000


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("aus", "Austin, TX"),
        ("san", "San Antonio, TX"),
        ("austin, t", "Austin, TX"),
        ("new y", "New York City, NY"),
        ("paris", "Paris, France"),
        ("lond", "London, England"),
        ("mumb", "Mumbai, Maharashtra"),
        ("bomb", "Mumbai, Maharashtra"),
        ("मुंब", "Mumbai, Maharashtra"),
        ("st lou", "St. Louis, MO"),
        ("787", "78701"),
        ("560001", "560001"),
        ("wash", "Washington (state)"),
        ("tx", "Texas"),
        ("uk", "United Kingdom"),
    ],
)
def test_what_people_begin_to_type_offers_what_they_mean(known, text, first):
    assert complete(text, home="US", catalogues=known)[0].text == first


def test_every_place_that_is_offered_is_found_by_its_text(known):
    names = list(PlaceName.objects.order_by("pk").values_list("folded", flat=True))
    begun = [name[:3] for name in random.Random(7).sample(names, 60)]

    offered = {
        (each.text, each.place)
        for text in begun
        for each in complete(text, home="US", catalogues=known)
    }

    assert len(offered) > 100
    assert [
        (text, place)
        for text, place in offered
        if find_place(text, catalogues=known).place != place
    ] == []


def test_the_text_of_every_region_that_is_offered_finds_it(known):
    lost = []
    for language in ("en", "es", "hi"):
        with translation.override(language):
            for region in known.regions.values():
                for each in complete(region.label(), home="US", catalogues=known):
                    if find_place(each.text, catalogues=known).place != each.place:
                        lost.append((language, each.text))

    assert lost == []


def test_letters_that_changed_places_over_a_distance_are_found():
    assert find_place("Chigaco").suggestions[0] == "Chicago, Illinois"


@pytest.mark.parametrize("tiers", [[1], [1, 2], [1, 2, 3], [4]])
def test_suggestions_are_read_from_their_index_alone(tiers):
    names = PlaceName.objects.filter(tier__in=tiers, folded__begins="san").order_by()
    asked = names.values("place").annotate(best=Max("weight")).values_list("best")

    assert "place_name_begins" in asked.explain()
