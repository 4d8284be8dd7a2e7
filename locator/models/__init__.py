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
from .change import Change, Merge
from .clinic import Clinic, Identifier, OldSlug, OtherName, Phone
from .compact import Compact, CompactMember, ServiceCompact
from .decision import Decision
from .fixture import LoadedEntry
from .inspection import Inspection, PossibleDuplicate, WebsiteCheck
from .organization import Organization
from .place import GeocodeAnswer, Place, PlaceName, Tier
from .proposal import Proposal
from .region import Region
from .report import DailySecret, Report, SenderTally
from .search_entry import (
    Door,
    HoursText,
    SearchEntry,
    SearchPack,
    SearchWord,
    Spelling,
)
from .search_part import SearchPart
from .service import CoverageArea, Service, Stated
from .source import ImportRun, RecordMatch, RecordVersion, Source, SourceRecord
from .user import User
from .verification import Verification
from .version import DataVersion, Kept, Versioned
from .work import Claim, Task, TaskLine, Worker

__all__ = [
    "AccessibilityFeature",
    "AgeGroup",
    "CareSetting",
    "Catalogue",
    "Change",
    "Claim",
    "Clinic",
    "Compact",
    "CompactMember",
    "CoverageArea",
    "CrisisPhrase",
    "DailySecret",
    "DataVersion",
    "Decision",
    "Door",
    "Eligibility",
    "GeocodeAnswer",
    "GroupServed",
    "Helpline",
    "HoursText",
    "Identifier",
    "ImportRun",
    "Inspection",
    "Kept",
    "Language",
    "LoadedEntry",
    "Merge",
    "Modality",
    "OfficialFinder",
    "OldSlug",
    "Organization",
    "OtherName",
    "PaymentOption",
    "Phone",
    "Place",
    "PlaceName",
    "PossibleDuplicate",
    "Proposal",
    "RecordMatch",
    "RecordVersion",
    "Region",
    "Report",
    "SearchEntry",
    "SearchPack",
    "SearchPart",
    "SearchWord",
    "SenderTally",
    "Service",
    "ServiceCompact",
    "ServiceType",
    "Source",
    "SourceRecord",
    "Specialty",
    "Spelling",
    "Stated",
    "Task",
    "TaskLine",
    "Tier",
    "User",
    "Verification",
    "Versioned",
    "WebsiteCheck",
    "Worker",
]
