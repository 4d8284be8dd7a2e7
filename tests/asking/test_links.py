from locator.asking.links import SearchLinks

ASKED = SearchLinks(
    {"place": ("Austin, TX",), "language": ("es", "ase"), "page": ("3",)}
)


def test_a_changed_search_keeps_the_rest_and_starts_at_its_first_page():
    assert ASKED.url(visit="remote") == (
        "/clinics/?place=Austin%2C+TX&language=es&language=ase&visit=remote"
    )


def test_one_of_several_answers_can_be_taken_back():
    assert ASKED.without("language", "es") == (
        "/clinics/?place=Austin%2C+TX&language=ase"
    )
    assert ASKED.without("place", "Austin, TX") == "/clinics/?language=es&language=ase"


def test_nothing_left_to_ask_is_the_plain_list():
    assert ASKED.url(place=None, language=()) == "/clinics/"


def test_a_search_may_keep_the_place_alone():
    assert ASKED.only("place", "lat") == "/clinics/?place=Austin%2C+TX"


def test_machines_have_an_address_of_their_own():
    assert ASKED.url("clinic_geojson", language=None, page="2") == (
        "/clinics.geojson?place=Austin%2C+TX&page=2"
    )
