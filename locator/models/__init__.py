from . import begins  # noqa: F401 (the lookup is there for all models)
from .aid import CrisisPhrase, Helpline, OfficialFinder
from .catalogue import (
    AccessibilityFeature,
    AgeGroup,
    CareSetting,
    Catalogue,
    Eligibility,
    GroupServed,
    Language,
    Modality,
    PaymentOption,
    ServiceType,
    Specialty,
)
from .clinic import Clinic, Identifier, OldSlug, OtherName, Phone
from .fixture import LoadedEntry
from .organization import Organization
from .place import GeocodeAnswer, Place, PlaceName, Tier
from .region import Region
from .search_entry import Door, HoursText, SearchEntry, SearchWord
from .service import CoverageArea, Service, Stated
from .source import ImportRun, Source, SourceRecord
from .user import User
from .verification import Verification
from .version import DataVersion, Kept, Versioned

__all__ = [
    "AccessibilityFeature",
    "AgeGroup",
    "CareSetting",
    "Catalogue",
    "Clinic",
    "CoverageArea",
    "CrisisPhrase",
    "DataVersion",
    "Door",
    "Eligibility",
    "GeocodeAnswer",
    "GroupServed",
    "Helpline",
    "HoursText",
    "Identifier",
    "ImportRun",
    "Kept",
    "Language",
    "LoadedEntry",
    "Modality",
    "OfficialFinder",
    "OldSlug",
    "Organization",
    "OtherName",
    "PaymentOption",
    "Phone",
    "Place",
    "PlaceName",
    "Region",
    "SearchEntry",
    "SearchWord",
    "Service",
    "ServiceType",
    "Source",
    "SourceRecord",
    "Specialty",
    "Stated",
    "Tier",
    "User",
    "Verification",
    "Versioned",
]
