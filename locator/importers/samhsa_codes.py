"""What the service codes of SAMHSA's surveys become here. Pure.

Both layouts use one set of codes, in capitals here. A code in none of these tables
stays in the source record and is counted by the run.
"""

from collections.abc import Collection, Mapping
from typing import Any

REMOTE = "TELE"
MENTAL_HEALTH, SUBSTANCE_USE = "mental-health", "substance-use"

# A service is for its programme and for these, where the row has the code.
SPECIALTIES: Mapping[str, Mapping[str, str]] = {
    MENTAL_HEALTH: {
        "SUMH": "co-occurring",
        "CO": "co-occurring",
        "IDD": "co-occurring",
        "PED": "eating-disorders",
        "PTSD": "ptsd",
        "TRMA": "ptsd",
        "SMI": "serious-mental-illness",
        "TCC": "tobacco",
    },
    SUBSTANCE_USE: {
        "SUMH": "co-occurring",
        "CO": "co-occurring",
        "IDD": "co-occurring",
        "MU": "opioid-use",
        "BU": "opioid-use",
        "NU": "opioid-use",
        "MM": "opioid-use",
        "BUM": "opioid-use",
        "UB": "opioid-use",
        "UN": "opioid-use",
        "OMB": "opioid-use",
        "OTP": "opioid-use",
        "TCC": "tobacco",
    },
}

# Only what a patient can pay with; what funds the clinic is no payment.
PAYMENTS: Mapping[str, str] = {
    "MC": "medicare",
    "MD": "medicaid",
    "MI": "military-insurance",
    "PI": "private-insurance",
    "SI": "state-insurance",
    "SF": "self-pay",
    "SS": "sliding-fee",
    "PA": "payment-assistance",
    "NP": "free",
}

# Funds that stand for people: those people are seen, and others who pay otherwise.
FUNDED_GROUPS: Mapping[str, str] = {"VAF": "veterans", "ITU": "tribal-members"}
# Who runs it says whom it is for.
VETERANS_ONLY = frozenset({"VAMC", "VAHC"})
GENDERS: Mapping[str, str] = {"FEM": "women", "MALE": "men"}

# The surveys count teenagers among the children: "children/adolescents".
AGES: Mapping[str, tuple[str, ...]] = {
    "CHLD": ("child", "adolescent"),
    "YAD": ("young-adult",),
    "ADLT": ("adult",),
    "SNR": ("senior",),
}

GROUPS: Mapping[str, str] = {
    "AD": "adolescents",
    "TAY": "young-adults",
    "SE": "seniors",
    "WN": "women",
    "PW": "pregnant",
    "MN": "men",
    "GL": "lgbtq",
    "VET": "veterans",
    "ADM": "active-duty",
    "MF": "military-families",
    "CJ": "criminal-justice",
    "CO": "co-occurring",
    "COPSU": "pain-substance",
    "HV": "hiv",
    "XA": "sexual-abuse",
    "DV": "domestic-violence",
    "TRMA": "trauma",
    "TBI": "brain-injury",
    "ALZ": "dementia",
    "PED": "eating-disorders",
    "PEFP": "first-episode-psychosis",
    "PTSD": "ptsd",
    "SED": "serious-emotional-disturbance",
    "SMI": "serious-mental-illness",
}

SETTINGS: Mapping[str, str] = {
    "OP": "outpatient",
    "ORT": "outpatient",
    "OD": "outpatient",
    "OMB": "outpatient",
    "OIT": "intensive-outpatient",
    "PHDT": "day-treatment",
    "ODT": "day-treatment",
    "RES": "residential",
    "RS": "residential",
    "RL": "residential",
    "RD": "residential",
    "HI": "hospital-inpatient",
    "HID": "hospital-inpatient",
    "HIT": "hospital-inpatient",
}

# The surveys ask for languages other than English.
ALWAYS_SPOKEN = "en"
LANGUAGES: Mapping[str, str] = {
    "SP": "es",
    "AH": "ase",
    "F4": "ar",
    "F17": "zh",
    "F19": "ht",
    "F25": "fa",
    "F28": "fr",
    "F30": "de",
    "F31": "el",
    "F35": "he",
    "F36": "hi",
    "F37": "hmn",
    "F42": "it",
    "F43": "ja",
    "F47": "ko",
    "F66": "pl",
    "F67": "pt",
    "F70": "ru",
    "F81": "tl",
    "F92": "vi",
    "N24": "oj",
    "N40": "esu",
}

ACCESSIBILITY: Mapping[str, str] = {"AH": "sign-language"}

_TYPES_OF_CARE = frozenset({"MH", "SA", REMOTE})
MAPPED = _TYPES_OF_CARE.union(
    PAYMENTS,
    FUNDED_GROUPS,
    VETERANS_ONLY,
    GENDERS,
    AGES,
    GROUPS,
    SETTINGS,
    LANGUAGES,
    ACCESSIBILITY,
    *SPECIALTIES.values(),
)


def delivery(codes: Collection[str], *, is_asked: bool) -> dict[str, Any]:
    """Remote and in-person facts of a row with `codes`.

    `is_asked` says whether the layout has a place for `TELE` at all: without one its
    absence means nothing, with one it means "not listed".
    """
    silent = "no" if is_asked else "unknown"
    settings = _mapped(SETTINGS, codes)
    return {
        "remote": "yes" if REMOTE in codes else silent,
        "in_person": "yes" if settings else "unknown",
        "settings": settings,
    }


def audience(codes: Collection[str]) -> dict[str, Any]:
    """Whom a row with `codes` accepts and has programmes for."""
    ages = [age for code, found in AGES.items() if code in codes for age in found]
    return {
        "eligibility": eligibility(codes),
        "age_groups": tuple(sorted(ages)),
        "groups": _mapped(GROUPS, codes),
    }


def eligibility(codes: Collection[str]) -> tuple[str, ...]:
    """Whom a row with `codes` is open to; empty where it does not say.

    A VA facility is for veterans. VA or tribal funds bring those people in beside
    everyone who pays in another way, so they shut nobody out.
    """
    genders = _mapped(GENDERS, codes)
    only = genders if len(genders) == 1 else ()
    if VETERANS_ONLY.intersection(codes):
        return tuple(sorted({"veterans", *only}))
    funded = _mapped(FUNDED_GROUPS, codes)
    if only or not funded:
        return only
    return ("everyone", *funded) if payments(codes) else funded


def specialties(programme: str, codes: Collection[str]) -> tuple[str, ...]:
    """What the service of `programme` is for, in a row with `codes`."""
    return tuple(sorted({programme, *_mapped(SPECIALTIES[programme], codes)}))


def payments(codes: Collection[str]) -> tuple[str, ...]:
    return _mapped(PAYMENTS, codes)


def languages(codes: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted({ALWAYS_SPOKEN, *_mapped(LANGUAGES, codes)}))


def accessibility(codes: Collection[str]) -> tuple[str, ...]:
    return _mapped(ACCESSIBILITY, codes)


def unmapped(codes: Collection[str]) -> tuple[str, ...]:
    """Those of `codes` that became nothing but a part of the source record."""
    return tuple(sorted(set(codes) - MAPPED))


def _mapped(table: Mapping[str, str], codes: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted({table[code] for code in codes if code in table}))
