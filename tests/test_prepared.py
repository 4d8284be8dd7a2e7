"""Queries that are worded once."""

from datetime import UTC, datetime

import pytest

from locator.models import Clinic, Phone, PlaceName
from locator.prepared import Prepared

from .making import at_once, make_place


def _clinics(*, pks, regions):
    clinics = Clinic.objects.filter(pk__in=pks)
    if regions:
        clinics = clinics.filter(region__in=regions)
    return clinics.order_by("pk").values_list("slug", "is_sample", "verified_at")


@pytest.fixture
def eleven(make_clinic, curator):
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    facts = {"verified_at": at, "verified_by": curator, "verified_method": "phoned"}
    with at_once():
        return [
            make_clinic(f"Clinic {n}", region="US-TX" if n % 2 else "US-OH", **facts)
            for n in range(11)
        ]


@pytest.mark.parametrize("many", [1, 2, 3, 8, 9, 11])
@pytest.mark.parametrize("regions", [[], ["US-TX"], ["US-OH", "US-TX"]])
def test_it_gives_what_the_query_gives(eleven, many, regions):
    pks = [clinic.pk for clinic in eleven[:many]]

    rows = Prepared(Clinic, _clinics).rows(pks=pks, regions=regions)

    assert [tuple(row) for row in rows] == [*_clinics(pks=pks, regions=regions)]


def test_another_question_has_another_answer(eleven):
    prepared = Prepared(Clinic, _clinics)

    answers = [
        [row[0] for row in prepared.rows(pks=[clinic.pk], regions=[])]
        for clinic in eleven
    ]

    assert answers == [[clinic.slug] for clinic in eleven]


def test_it_is_worded_once_for_lengths_of_its_lists_that_are_alike(eleven):
    worded = []

    def make(*, pks):
        worded.append(len(pks))
        return Clinic.objects.filter(pk__in=pks).values_list("pk")

    prepared = Prepared(Clinic, make)
    for many in (5, 6, 7, 8, 5, 11, 9):
        prepared.rows(pks=[clinic.pk for clinic in eleven[:many]])

    assert worded == [8, 16]


def test_it_asks_one_query(eleven, django_assert_num_queries):
    prepared = Prepared(Clinic, _clinics)

    with django_assert_num_queries(2):
        prepared.rows(pks=[eleven[0].pk], regions=[])
        prepared.rows(pks=[eleven[1].pk], regions=[])


@pytest.mark.parametrize("text", ["%", "%s", "'; --", "\x01", "é", ""])
def test_any_text_is_a_value_and_no_sql(eleven, text):
    def make(*, names):
        return Clinic.objects.filter(name__in=names).values_list("name")

    eleven[0].name = text or "empty"
    eleven[0].save()

    assert [tuple(row) for row in Prepared(Clinic, make).rows(names=[text])] == (
        [(text,)] if text else []
    )


def test_what_the_query_holds_itself_stays_in_place(make_clinic):
    clinic = make_clinic("Juniper")
    clinic.phones.create(purpose=Phone.Purpose.FAX, number="+15125550123")
    clinic.phones.create(purpose=Phone.Purpose.MAIN, number="+15125550124")

    def make(*, pks):
        phones = Phone.objects.exclude(purpose="fax").filter(clinic__in=pks)
        return phones.exclude(number="+15125550199").values_list("number")

    rows = Prepared(Phone, make).rows(pks=[clinic.pk])

    assert sorted(row[0] for row in rows) == ["+15125550100", "+15125550124"]


def test_a_query_that_loses_a_value_is_no_query_to_prepare(db):
    def make(*, pks):
        return Clinic.objects.filter(pk=max(pks)).values_list("pk")

    with pytest.raises(ValueError, match="nowhere"):
        Prepared(Clinic, make).rows(pks=[1, 2])


def test_a_text_is_looked_for_with_another_behind_it(db):
    make_place("Austin", at=(30, -97))

    def make(*, beginning):
        names = PlaceName.objects.filter(folded__begins=beginning[0])
        return names.values_list("folded")

    prepared = Prepared(PlaceName, make)

    assert [tuple(row) for row in prepared.rows(beginning=["aus"])] == [("austin",)]
    assert prepared.rows(beginning=["ut"]) == []
