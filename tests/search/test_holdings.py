from django.test import RequestFactory

from locator import catalogues
from locator.models import Clinic, Modality, PaymentOption, Specialty
from locator.search import entries, find, holdings
from locator.search.query import SearchQuery

from .drawn import NOW


def mask(catalogue, *codes):
    return sum(1 << each.bit for each in catalogue.objects.filter(pk__in=codes))


def test_an_empty_directory_holds_nothing(db):
    held = holdings.Holdings.read()

    assert held.clinics == 0
    assert held.countries == frozenset()
    assert held.years is None
    assert held.by_specialty == {}
    assert set(held.stated.values()) == {0}


def test_clinics_are_counted_by_where_they_are_and_whence_they_came(make_clinic):
    make_clinic("One", region="US-TX", source="findtreatment", source_date="2022")
    make_clinic("Two", region="US-TX", source="findtreatment", source_date="2022-11")
    make_clinic(
        "Three", region="US-OK", source="findtreatment", source_date="2023-01-31"
    )
    make_clinic("Four", region="IN", covers=["GB"])
    make_clinic("Nowhere", region=None)
    make_clinic("Draft", region="FR", status="draft")

    held = holdings.Holdings.read()

    assert held.clinics == 5
    assert list(held.by_country.items()) == [("US", 3), ("", 1), ("IN", 1)]
    assert held.by_region == {"US-TX": 2, "": 1, "IN": 1, "US-OK": 1}
    assert held.by_source == {
        ("", ""): 2,
        ("findtreatment", "2022"): 2,
        ("findtreatment", "2023"): 1,
    }
    assert held.treated == {"GB"}
    assert held.countries == {"US", "IN", "GB"}
    assert held.years_in == {"US": ("2022", "2023")}
    assert held.years == ("2022", "2023")


def test_a_clinic_counts_once_for_a_specialty_whatever_its_services(make_clinic):
    make_clinic(
        services=[
            {"specialties": ["mental-health", "skin"], "covers": ["US-TX"]},
            {"specialties": ["mental-health"], "covers": ["IN"]},
        ]
    )
    make_clinic("Other", specialties=["skin"])

    held = holdings.Holdings.read()

    assert held.by_specialty == {"mental-health": 1, "skin": 2}
    assert held.specialties_in == {
        "US": mask(Specialty, "mental-health", "skin"),
        "IN": mask(Specialty, "mental-health"),
    }


def test_only_what_a_published_listing_states_is_stated(make_clinic):
    make_clinic(
        modalities=["video"],
        payments=["medicaid"],
        languages=["hi"],
        accepting="no",
        opening_hours="24/7",
        time_zone="UTC",
    )
    make_clinic("Draft", status="draft", modalities=["phone"], payments=["self-pay"])

    stated = holdings.Holdings.read().stated

    assert stated["modality"] == mask(Modality, "video")
    assert stated["payment"] == mask(PaymentOption, "medicaid")
    assert stated["language"] == catalogues.current().languages.mask(["hi"])
    assert (stated["accepting"], stated["open"]) == (1, 1)
    assert stated["age"] == stated["eligibility"] == stated["accessibility"] == 0


def test_a_sample_is_told_of(make_clinic):
    make_clinic(is_sample=True)

    assert holdings.Holdings.read().has_samples


def test_holdings_are_counted_again_only_after_a_change(
    make_clinic, django_assert_num_queries
):
    clinic = make_clinic()
    assert holdings.current().clinics == 1

    with django_assert_num_queries(1):
        kept = holdings.current()
    Clinic.objects.update(status="draft")
    entries.rebuild([clinic.pk])

    assert kept.clinics == 1
    assert holdings.current().clinics == 0


def test_a_request_asks_for_all_tokens_in_one_query(
    make_clinic, django_assert_num_queries
):
    make_clinic()
    holdings.current()
    catalogues.current()
    request = RequestFactory().get("/")

    with django_assert_num_queries(1):
        held = holdings.of(request)
        catalogues.of(request)
        again = holdings.of(request)

    assert held is again
    assert held.clinics == 1


def test_what_is_offered_is_what_a_search_of_everywhere_counts(make_clinic):
    make_clinic(remote="yes", covers=["US-TX"])
    make_clinic(type="remote-monitoring", remote="yes", covers=["US"])
    make_clinic(type="appointment-booking", in_person="no")

    offered = holdings.Holdings.read().offered

    counts = find(SearchQuery(now=NOW), counted=True).counts
    assert offered.keys() == {"type", "category"}
    assert offered["type"].total() == 3
    for parameter, options in offered.items():
        assert +options == +counts[parameter]
