import json

import pytest
from django.conf import settings

from locator.importers import samhsa_codes


@pytest.mark.parametrize(
    ("codes", "open_to"),
    [
        ({"MD"}, ()),
        # Run by Veterans Affairs.
        ({"VAMC", "FED", "MD"}, ("veterans",)),
        ({"VAHC"}, ("veterans",)),
        # Funds bring people in and shut nobody out who pays in another way.
        ({"VAF", "SF"}, ("everyone", "veterans")),
        ({"ITU", "MD", "VAF"}, ("everyone", "tribal-members", "veterans")),
        ({"VAF"}, ("veterans",)),
        ({"FEM"}, ("women",)),
        ({"MALE", "SF"}, ("men",)),
        ({"FEM", "MALE"}, ()),
    ],
)
def test_whom_a_row_is_open_to(codes, open_to):
    assert samhsa_codes.eligibility(codes) == open_to


def test_only_what_a_patient_can_pay_with_is_a_payment():
    codes = {"MD", "SF", "SS", "VAF", "ITU", "CMHG", "SMHA", "CLF"}

    assert samhsa_codes.payments(codes) == ("medicaid", "self-pay", "sliding-fee")
    assert {"CMHG", "SMHA", "CLF"} == set(samhsa_codes.unmapped(codes))


@pytest.mark.parametrize(
    ("codes", "in_person", "settings_"),
    [
        ({"OP"}, "yes", ("outpatient",)),
        ({"PHDT"}, "yes", ("day-treatment",)),
        ({"RES", "HI"}, "yes", ("hospital-inpatient", "residential")),
        (set(), "unknown", ()),
    ],
)
def test_a_setting_says_that_people_come(codes, in_person, settings_):
    said = samhsa_codes.delivery(codes, is_asked=True)

    assert (said["in_person"], said["settings"]) == (in_person, settings_)


@pytest.mark.parametrize(
    ("codes", "is_asked", "remote"),
    [
        ({"TELE"}, True, "yes"),
        (set(), True, "no"),
        # A file without such a column says nothing of it.
        (set(), False, "unknown"),
    ],
)
def test_telehealth_is_listed_not_listed_or_not_asked(codes, is_asked, remote):
    assert samhsa_codes.delivery(codes, is_asked=is_asked)["remote"] == remote


def test_english_is_always_spoken_and_unnamed_languages_stay_in_the_record():
    codes = {"SP", "AH", "F70", "FX", "NX"}

    assert samhsa_codes.languages(codes) == ("ase", "en", "es", "ru")
    assert samhsa_codes.accessibility(codes) == ("sign-language",)
    assert samhsa_codes.unmapped(codes) == ("FX", "NX")


def test_children_of_the_surveys_are_children_and_teenagers():
    said = samhsa_codes.audience({"CHLD", "SNR"})

    assert said["age_groups"] == ("adolescent", "child", "senior")


@pytest.mark.parametrize(
    ("fixture", "codes"),
    [
        ("languages", {*samhsa_codes.LANGUAGES.values(), "en"}),
        ("payment_options", set(samhsa_codes.PAYMENTS.values())),
        ("groups_served", set(samhsa_codes.GROUPS.values())),
        ("care_settings", set(samhsa_codes.SETTINGS.values())),
        ("accessibility_features", set(samhsa_codes.ACCESSIBILITY.values())),
        ("age_groups", {age for ages in samhsa_codes.AGES.values() for age in ages}),
        (
            "eligibilities",
            {"everyone", "veterans", *samhsa_codes.FUNDED_GROUPS.values()}
            | set(samhsa_codes.GENDERS.values()),
        ),
        (
            "specialties",
            {
                code
                for each in samhsa_codes.SPECIALTIES.values()
                for code in each.values()
            }
            | set(samhsa_codes.SPECIALTIES),
        ),
    ],
)
def test_every_code_leads_to_an_entry_that_the_catalogues_have(fixture, codes):
    path = settings.BASE_DIR / "fixtures" / f"{fixture}.json"
    known = {entry["code"] for entry in json.loads(path.read_text("utf-8"))}

    assert codes <= known
