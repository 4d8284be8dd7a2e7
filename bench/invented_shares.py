"""How common what invented clinics say is: shares of one, after the national directory.

Where the directory states nothing (modalities, accessibility, coverage that somebody
vouches for) the shares are guesses that give each option some clinics.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Shares = Mapping[str, float]

# --- Clinics -----------------------------------------------------------------------

LANGUAGES: Shares = {
    **{"en": 0.99, "ase": 0.55, "es": 0.3, "zh": 0.024, "fr": 0.023, "hi": 0.022},
    **{"ht": 0.021, "ru": 0.021, "ar": 0.019, "tl": 0.018, "pt": 0.018, "fa": 0.016},
    **{"vi": 0.015, "ko": 0.015, "he": 0.011, "ja": 0.01, "de": 0.01, "pl": 0.009},
    **{"hmn": 0.009, "it": 0.009, "el": 0.005, "nv": 0.0015, "haw": 0.0015},
}
PAYMENTS: Shares = {
    **{"self-pay": 0.85, "medicaid": 0.84, "private-insurance": 0.8, "medicare": 0.65},
    **{"state-insurance": 0.56, "military-insurance": 0.48, "sliding-fee": 0.38},
    **{"payment-assistance": 0.24, "free": 0.01, "chip": 0.01},
}
ACCESSIBILITY: Shares = {
    **{"sign-language": 0.55, "step-free": 0.1, "captions": 0.05, "text-relay": 0.05},
    **{"accessible-parking": 0.08, "large-print": 0.03, "screen-reader": 0.02},
}
HOURS = (
    "Mo-Fr 08:00-17:00",
    "Mo-Fr 09:00-17:00",
    "Mo-Fr 08:00-17:00; Sa 09:00-13:00",
    "Mo-Th 08:00-20:00; Fr 08:00-17:00",
    "Mo-Su 08:00-20:00",
    "24/7",
)

HAS_ORGANIZATION = 0.55
HAS_HOURS = 0.2
HAS_WEBSITE = 0.6
HAS_EMAIL = 0.15
HAS_SECOND_PHONE = 0.45
IS_VERIFIED = 0.12
IS_REMOTE_ONLY = 0.03
# Of remote-only clinics, and of the others.
REMOTE_ONLY_WITHOUT_POINT, OTHERS_WITHOUT_POINT = 0.6, 0.01
# The rest stand where their postcode is, as most of the directory does.
POINT_OF_ADDRESS = 0.6

# --- Services ----------------------------------------------------------------------

# How many services a clinic has, two on average.
SERVICES_OF_A_CLINIC: Mapping[int, float] = {1: 0.34, 2: 0.41, 3: 0.17, 4: 0.08}

MODALITIES: Shares = {"video": 0.35, "phone": 0.22, "message": 0.06, "app": 0.05}
AGES: Shares = {
    **{"child": 0.66, "adolescent": 0.67, "young-adult": 0.89, "adult": 0.86},
    **{"senior": 0.82},
}
SETTINGS: Shares = {"outpatient": 0.82, "day-treatment": 0.15, "residential": 0.12}
GROUPS: Shares = {
    **{"trauma": 0.5, "lgbtq": 0.31, "seniors": 0.32, "criminal-justice": 0.25},
    **{"veterans": 0.23, "hiv": 0.16, "domestic-violence": 0.15},
}
ELIGIBILITY: Shares = {
    **{"everyone": 0.27, "veterans": 0.02, "tribal-members": 0.01, "women": 0.01},
    **{"students": 0.005, "court-referred": 0.005, "residents": 0.005},
}
# States nothing of ages, of whom it is open to, or of how one is seen from afar.
SILENT = 0.1

# Of the services that treat at a distance: where somebody said that they may.
OTHER_COVERAGE: Mapping[str, float] = {
    "states": 0.06,
    "country": 0.005,
    "unknown": 0.03,
}
STATED_BASES: Shares = {"license": 0.75, "compact": 0.15, "clinic_stated": 0.1}
MOST_STATES = 12


@dataclass(frozen=True)
class Kind:
    """One kind of service: its type, what it is for, and how common it is.

    `first` is its share among the services that a clinic is there for, `further` among
    those it has besides. `remote` and `in_person` are the shares of yes; the rest is
    no, but for a twentieth that says neither.
    """

    service_type: str
    first: float
    further: float
    specialties: Shares = field(default_factory=dict)
    remote: float = 0.8
    in_person: float = 0.95
    always: Sequence[str] = ()


_SPECIALISTS = (
    *("skin", "lungs", "digestion", "brain-nerves", "bones-joints", "rehabilitation"),
    *("food-weight", "eyes", "ear-nose-throat", "teeth", "kidneys-bladder", "cancer"),
    *("pain", "sleep", "later-life", "women", "heart", "attention-autism"),
)
KINDS = (
    Kind(
        "consultation",
        first=0.5,
        further=0.2,
        always=("mental-health",),
        specialties={
            **{"co-occurring": 0.85, "ptsd": 0.55, "serious-mental-illness": 0.5},
            **{"tobacco": 0.5, "eating-disorders": 0.15, "attention-autism": 0.03},
        },
    ),
    Kind(
        "consultation",
        first=0.3,
        further=0.5,
        always=("substance-use",),
        specialties={"co-occurring": 0.85, "tobacco": 0.55, "opioid-use": 0.3},
    ),
    Kind(
        "consultation",
        first=0.1,
        further=0.1,
        always=("primary-care",),
        specialties={
            **{"diabetes": 0.5, "heart": 0.4, "children": 0.45, "infections": 0.4},
            **{"sexual-health": 0.3, "women": 0.35, "pregnancy": 0.15},
        },
        remote=0.6,
    ),
    Kind(
        "consultation",
        first=0.1,
        further=0.06,
        specialties=dict.fromkeys(_SPECIALISTS, 0.1),
        remote=0.4,
    ),
    Kind(
        "remote-monitoring",
        first=0,
        further=0.03,
        specialties={"heart": 0.6, "diabetes": 0.6, "lungs": 0.3},
        remote=1,
        in_person=0,
    ),
    Kind(
        "long-term-support",
        first=0,
        further=0.03,
        specialties={"diabetes": 0.5, "heart": 0.3, "pain": 0.3},
        remote=0.9,
        in_person=0.5,
    ),
    Kind("consultation-by-documents", 0, 0.02, {"skin": 0.6, "eyes": 0.4}, 1, 0),
    Kind("remote-prescribing", 0, 0.02, remote=1, in_person=0),
    # They need no coverage, so that every remote search of the world reads them.
    Kind("appointment-booking", 0, 0.01, remote=1, in_person=0),
    Kind("results-online", 0, 0.005, remote=1, in_person=0),
    Kind("reminders", 0, 0.005, remote=1, in_person=0),
)
