import html
import json
import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from locator.asking.filters import FeatureFilter
from locator.models import Clinic, OldSlug

from .making import curator, make_place

NEAR, FAR = (30.354, -97.7431), (31.136, -97.7431)


@pytest.fixture(autouse=True)
def places(db):
    make_place("Austin", at=(30.2672, -97.7431), population=960_000)
    make_place("78701", kind="postcode", at=(30.27, -97.74))


def names(response):
    """The clinics of a page of results, as they are listed."""
    return re.findall(
        r'<h3 class="card__name"[^>]*><a [^>]*>([^<]+)</a>', _text(response)
    )


def _text(response):
    return html.unescape(response.content.decode())


@pytest.mark.parametrize(
    "sign", ["a ", "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}"]
)
def test_words_without_end_are_an_error_and_no_failure(client, make_clinic, sign):
    make_clinic("Juniper")
    # Of the second, each sign folds into four words.
    words = (sign * 200)[:200].strip()

    response = client.get("/clinics.geojson", {"q": words})

    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["q"]
    assert response.json()["features"] == []


# --- Searching -----------------------------------------------------------------------


def test_a_clinic_licensed_elsewhere_is_not_offered_remotely(client, make_clinic):
    make_clinic("Treats Texas", covers=["US-TX"])
    make_clinic("Treats Ohio", covers=["US-OH"])

    response = client.get("/clinics/", {"place": "austin", "visit": "remote"})

    assert names(response) == ["Treats Texas"]


def test_a_newcomer_finds_who_is_near_and_who_treats_there(client, make_clinic):
    make_clinic("Far but remote", at=(41, -81), covers=["US-TX", "US-OH"])
    make_clinic("Around the corner", at=NEAR, remote="no")
    make_clinic("Elsewhere", at=(41, -81), covers=["US-OH"], region="US-OH")

    response = client.get("/clinics/", {"place": "78701", "within": "25mi"})
    everywhere = client.get("/clinics/", {"place": "78701"})

    assert names(response) == ["Around the corner"]
    assert "1 more treats Texas remotely." in _text(response)
    assert "In person: 6 miles from ZIP 78701" in _text(response)
    assert set(names(everywhere)) == {
        "Around the corner",
        "Far but remote",
        "Elsewhere",
    }


@pytest.mark.parametrize(
    "query", ["specialty=nothing", "lat=30", "place=Nowhere", "q=%21", "within=0"]
)
def test_what_cannot_be_searched_lists_nothing_rather_than_everything(
    client, make_clinic, query
):
    make_clinic("Clear Creek Care", at=NEAR, covers=["US-TX"])

    response = client.get(f"/clinics/?{query}")

    assert response.status_code == 200
    assert names(response) == []
    assert "Clear Creek Care" not in _text(response)


def test_an_ambiguous_place_is_to_be_picked_from(client, make_clinic):
    make_clinic(at=NEAR)
    make_place("Springfield", at=(39.8, -89.64), region="US-IL", population=114_000)
    make_place("Springfield", at=(37.2, -93.29), region="US-MO", population=169_000)

    response = client.get("/clinics/", {"place": "Springfield"})

    assert names(response) == []
    assert len(response.context_data["asked"].place_links) == 2
    for link in response.context_data["asked"].place_links:
        assert html.escape(link.url) in response.content.decode()


def test_results_of_a_question_are_not_to_be_indexed_and_the_plain_list_is(client):
    assert client.get("/clinics/?place=austin")["X-Robots-Tag"] == "noindex"
    assert client.get("/clinics/?utm_source=x")["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in client.get("/clinics/")


def test_an_address_without_its_slash_leads_on(client):
    response = client.get("/clinics?place=austin")

    assert (response.status_code, response["Location"]) == (
        301,
        "/clinics/?place=austin",
    )


PUBLIC = [
    "/",
    "/clinics/",
    "/clinics.geojson",
    "/clinics/juniper/",
    "/telehealth-and-telemedicine/",
    "/about/",
    "/robots.txt",
    "/brand.css",
]


@pytest.mark.parametrize("path", PUBLIC)
def test_pages_are_only_to_be_read(make_clinic, path):
    make_clinic("Juniper", slug="juniper")
    # As a browser does it: nobody has a token, since no visitor has a cookie.
    visitor = Client(enforce_csrf_checks=True)

    statuses = {method: visitor.generic(method, path).status_code for method in METHODS}

    assert statuses == METHODS


METHODS = {"GET": 200, "HEAD": 200, "POST": 405, "PUT": 405, "DELETE": 405, "ODD": 405}


@pytest.mark.parametrize("path", ["/clinics/", "/clinics.geojson"])
@pytest.mark.parametrize("query", ["", "?place=austin&q=despair", "?within=far"])
def test_what_somebody_asked_is_kept_by_nobody_on_the_way(client, db, path, query):
    assert "private" in client.get(path + query)["Cache-Control"]


def test_which_clinic_somebody_looked_at_is_kept_by_nobody_on_the_way(
    client, make_clinic
):
    clinic = make_clinic("Juniper")

    assert "private" in client.get(clinic.get_absolute_url())["Cache-Control"]


def test_an_e_mail_address_adds_nothing_to_the_letter(client, make_clinic):
    make_clinic("Juniper", slug="juniper", email='"a?bcc=me@evil.example&b"@j.example')

    page = client.get("/clinics/juniper/").content.decode()

    assert 'href="mailto:%22a%3Fbcc%3Dme@evil.example%26b%22@j.example"' in page


def test_helplines_are_those_of_the_searchs_country(client, make_clinic):
    make_place("Pune", at=(18.52, 73.86), region="IN-MH", population=3_000_000)

    home = client.get("/clinics/").context_data["aid"]
    india = client.get("/clinics/?place=Pune").context_data["aid"]
    unknown = client.get("/clinics/?region=AQ").context_data["aid"]

    assert (home.country, home.is_home) == ("US", True)
    assert (india.country, india.is_home) == ("IN", False)
    assert {"112", "14416"} <= {each.number for each in india.helplines}
    assert unknown.helplines == []


def test_crisis_words_put_the_helplines_above_the_results(client, make_clinic):
    make_clinic("Suicide Prevention House", covers=["US-TX"])

    calm = client.get("/clinics/?place=austin&q=house")
    crisis = client.get("/clinics/?place=austin&q=suicide")

    assert names(calm) == names(crisis) == ["Suicide Prevention House"]
    assert "You do not have to wait for a clinic" not in _text(calm)
    text = _text(crisis)
    assert text.index("You do not have to wait") < text.index("card__name")


def test_what_visitors_type_is_never_logged(client, caplog):
    caplog.set_level(0)

    for query in ("place=austin&q=suicide", "place=zzqqzz", "lat=30.271&lon=x"):
        client.get(f"/clinics/?{query}")
        client.get(f"/clinics.geojson?{query}")

    for secret in ("suicide", "zzqqzz", "30.271"):
        assert secret not in caplog.text


def test_what_visitors_type_is_never_markup(client):
    response = client.get("/clinics/", {"place": "<script>alert(1)</script>"})

    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize("clinics", [1, 20, 45])
@pytest.mark.parametrize(
    "query",
    [
        "place=austin",
        "place=78701&visit=remote",
        "place=austin&visit=in-person&specialty=mental-health&language=es",
        "lat=30.27&lon=-97.74&unstated=include",
        "place=austin&q=clinic&open=now&unstated=include",
        "place=Texas",
        "",
    ],
)
def test_a_page_costs_few_queries_however_many_it_lists(
    client, make_clinic, clinics, query, django_assert_max_num_queries
):
    # Where few are near it looks farther twice; names tell apart what else does not.
    most = 7 + 2 * (clinics == 1) + ("q=" in query and clinics > 1)
    for number in range(clinics):
        make_clinic(
            f"Clinic {number}", at=NEAR, covers=["US-TX"], languages=["en", "es"]
        )
    client.get("/clinics/")  # what a process keeps in memory

    with django_assert_max_num_queries(most):
        response = client.get(f"/clinics/?{query}")

    assert len(names(response)) == min(clinics, 20)


def test_pages_neither_repeat_nor_lose_a_clinic(client, make_clinic):
    for number in range(45):
        make_clinic(f"Clinic {number}", at=NEAR, covers=["US-TX"])

    pages = [
        names(client.get(f"/clinics/?place=austin&page={n}")) for n in (1, 2, 3, 4)
    ]

    assert [len(page) for page in pages] == [20, 20, 5, 0]
    assert len({name for page in pages for name in page}) == 45


# --- One clinic ----------------------------------------------------------------------


def test_a_clinic_has_a_page(client, make_clinic):
    clinic = make_clinic("Clear Creek Care", at=NEAR, covers=["US-TX"])

    response = client.get(clinic.get_absolute_url())

    assert response.status_code == 200
    assert "Clear Creek Care" in _text(response)
    assert "X-Robots-Tag" not in response


def test_a_draft_is_not_there(client, make_clinic):
    clinic = make_clinic(status="draft")

    assert client.get(clinic.get_absolute_url()).status_code == 404
    assert client.get("/clinics/nothing-here/").status_code == 404


def test_an_old_address_leads_to_the_new_one(client, make_clinic):
    clinic = make_clinic()
    OldSlug.objects.create(clinic=clinic, slug="old-creek")

    response = client.get("/clinics/old-creek/")

    assert (response.status_code, response["Location"]) == (
        301,
        "/clinics/clear-creek-care/",
    )


def test_an_old_address_does_not_tell_of_a_draft(client, make_clinic):
    OldSlug.objects.create(clinic=make_clinic(status="draft"), slug="old-creek")

    assert client.get("/clinics/old-creek/").status_code == 404


def test_a_merged_clinic_leads_to_the_one_that_it_went_into(client, make_clinic):
    winner = make_clinic("Winner")
    between = make_clinic("Between", status="withdrawn", merged_into=winner)
    loser = make_clinic("Loser", status="withdrawn", merged_into=between)
    OldSlug.objects.create(clinic=loser, slug="once-a-loser")

    for slug in (loser.slug, between.slug, "once-a-loser"):
        response = client.get(f"/clinics/{slug}/")
        assert (response.status_code, response["Location"]) == (
            301,
            "/clinics/winner/",
        )


@pytest.mark.parametrize("reason", Clinic.WithdrawnReason.values)
def test_a_withdrawn_clinic_is_gone_and_says_why(client, make_clinic, reason):
    clinic = make_clinic(
        "Gone Care", at=NEAR, status="withdrawn", withdrawn_reason=reason
    )

    response = client.get(clinic.get_absolute_url())

    assert response.status_code == 410
    assert response.context_data["reason"] in _text(response)
    assert ("may still exist" in _text(response)) == (reason == "unconfirmed")
    assert ("Gone Care" in _text(response)) == (reason != "request")


def test_a_sample_that_is_gone_still_says_that_it_was_none(client, make_clinic):
    clinic = make_clinic(is_sample=True, status="withdrawn", withdrawn_reason="closed")

    response = client.get(clinic.get_absolute_url())

    assert response.status_code == 410
    assert "Sample, not real" in _text(response)


def test_instead_of_a_withdrawn_clinic_others_for_the_same_are_shown(
    client, make_clinic
):
    gone = make_clinic(
        at=NEAR,
        status="withdrawn",
        withdrawn_reason="closed",
        specialties=("skin",),
        covers=["US-TX"],
    )
    make_clinic("Skin near", at=NEAR, specialties=("skin",), remote="no")
    make_clinic("Skin remote", specialties=("skin",), covers=["US-TX"])
    make_clinic("Mind near", at=NEAR)
    make_clinic("Skin in Ohio", specialties=("skin",), covers=["US-OH"])

    response = client.get(gone.get_absolute_url())

    assert set(names(response)) == {"Skin near", "Skin remote"}


def test_a_sample_is_not_to_be_indexed(client, make_clinic):
    clinic = make_clinic(is_sample=True, at=NEAR)

    response = client.get(clinic.get_absolute_url())

    assert response["X-Robots-Tag"] == "noindex"
    assert "Sample, not real" in _text(response)
    assert "tel:+1512" not in _text(response)
    assert "application/ld+json" not in _text(response)


def test_a_private_address_stays_private_on_every_page(client, make_clinic):
    clinic = make_clinic(
        at=NEAR,
        address_is_private=True,
        point_precision="city",
        street="17 Hidden Lane",
        unit="Door 4",
        city="Austin",
        postal_code="78999",
        covers=["US-TX"],
        verified_at=datetime(2026, 3, 1, tzinfo=UTC),
    )

    for path in (clinic.get_absolute_url(), "/clinics/?place=austin"):
        text = _text(client.get(path))
        assert "Austin" in text
        for secret in ("Hidden", "Door 4", "78999", curator().username):
            assert secret not in text


# --- The rest ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("home", "/"),
        ("clinic_search", "/clinics/"),
        ("clinic_geojson", "/clinics.geojson"),
        ("explainer", "/telehealth-and-telemedicine/"),
        ("about", "/about/"),
    ],
)
def test_every_page_has_its_address(client, name, path):
    assert reverse(f"locator:{name}") == path
    assert client.get(path).status_code == 200


def test_robots_may_read_the_pages_but_not_the_machinery(client):
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "Disallow: /admin/" in response.content.decode()
    assert "Disallow: /clinics/" not in response.content.decode()


# --- Hostile -------------------------------------------------------------------------

HOSTILE = st.one_of(
    st.text(max_size=12),
    st.floats().map(str),
    st.integers().map(str),
    st.sampled_from(
        [
            "\x00",
            "1e999",
            "9" * 10_000,
            "a" * 10_000,
            "٣",
            "25mi",
            "yes",
            "austin",
            "texas",
            "US-TX",
            "<b>",
            "' OR 1=1 --",
        ]
    ),
)


@given(
    pairs=st.lists(
        st.tuples(st.sampled_from(list(FeatureFilter.base_filters)), HOSTILE),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=40)
def test_no_address_breaks_the_site(client, pairs):
    page = client.get("/clinics/", query_params=_grouped(pairs))
    machine = client.get("/clinics.geojson", query_params=_grouped(pairs))

    # An address that is too long is refused unread.
    assert page.status_code in (200, 414)
    if page.status_code == 414:
        assert machine.status_code == 414
        return
    assert machine.status_code in (200, 400)
    assert (machine.status_code == 400) == bool(
        json.loads(machine.content).get("errors")
    )


def _grouped(pairs):
    grouped = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


@pytest.mark.parametrize(
    "query",
    [
        "place=%FF%FE",
        "place=%ED%A0%80",
        "q=%C3%28",
        "specialty=%FF",
        "place=%00",
        "page=%00",
        "&&&===",
        "place",
        "=austin",
        "place[]=austin",
        "type=" + "&type=".join(["x"] * 500),
    ],
)
@pytest.mark.parametrize("path", ["/clinics/", "/clinics.geojson"])
def test_broken_bytes_break_nothing(client, path, query):
    response = client.get(f"{path}?{query}")

    assert response.status_code in (200, 400)


@pytest.mark.parametrize(
    ("address", "word"), [("/map/", "Zoom in"), ("/es/map/", "Acercar")]
)
def test_the_parts_of_the_map_come_in_the_language_of_the_page(
    client, db, address, word
):
    response = client.get(address)

    assert response.status_code == 200
    assert f'aria-label="{word}"' in response.text
    assert response["X-Robots-Tag"] == "noindex"
