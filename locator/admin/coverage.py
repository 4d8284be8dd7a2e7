"""Where the services of a clinic may treat patients, as the clinic's form shows it."""

from collections import defaultdict
from functools import cached_property

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import catalogues
from ..curation import covering
from ..models import (
    Compact,
    CompactMember,
    CoverageArea,
    Service,
    ServiceCompact,
    Source,
)
from ..models.dates import worded

WHY: Promise = gettext_lazy(
    "A clinician may generally treat only patients who are where the clinician is "
    "licensed, or admitted by a compact or a rule of the country. So each service says "
    "for itself in which regions its patients may be. Write down only what somebody "
    "told us, with the day and who said it; we never work out the law."
)
LONGEST_LIST = 12


class CompactsField(forms.ModelMultipleChoiceField):
    """The compacts that a service treats by; those without members are not offered."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(queryset=Compact.objects.all(), **kwargs)


class ClinicCoverage:
    """What the forms of one clinic's services share, read once for all of them."""

    def __init__(self, clinic_id: int | None) -> None:
        self.clinic_id = clinic_id
        self.day = timezone.localdate()

    @cached_property
    def compacts(self) -> list[Compact]:
        used = {each.compact_id for own in self.joined.values() for each in own}
        return [
            each
            for each in Compact.objects.all()
            if self.today[each.pk] or each.pk in used
        ]

    @cached_property
    def today(self) -> dict[str, set[str]]:
        """The members of today, by compact."""
        codes = Compact.objects.values_list("pk", flat=True)
        return covering.members_on(codes, self.day)

    @cached_property
    def joined(self) -> dict[int, list[ServiceCompact]]:
        found: dict[int, list[ServiceCompact]] = defaultdict(list)
        if self.clinic_id:
            rows = ServiceCompact.objects.filter(service__clinic=self.clinic_id)
            for each in rows.select_related("compact", "source").order_by("compact"):
                found[each.service_id].append(each)
        return found

    @cached_property
    def given(self) -> dict[int, list[str]]:
        """Regions that a service has by its compacts alone, by service."""
        found: dict[int, list[str]] = defaultdict(list)
        if self.clinic_id:
            areas = CoverageArea.objects.filter(service__clinic=self.clinic_id)
            rows = given_by_compacts(areas).order_by("region__name")
            for service, region in rows.values_list("service", "region"):
                found[service].append(region)
        return found

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        return [(each.pk, self._called(each)) for each in self.compacts]

    @cached_property
    def sources(self) -> list[tuple[str, str]]:
        rows = Source.objects.values_list("pk", "name")
        return [("", _("the clinic itself")), *rows]

    def _called(self, compact: Compact) -> str:
        count = len(self.today[compact.pk])
        said = ngettext(
            "%(name)s: %(count)d region", "%(name)s: %(count)d regions", count
        )
        return said % {"name": compact.name, "count": count}

    def held(self, service: Service) -> list[str]:
        """Codes of the compacts that `service` treats by."""
        return [each.compact_id for each in self.joined.get(service.pk, ())]

    def told(self, service: Service) -> str:
        """What the compacts of `service` give it, in sentences; "" for none."""
        own = self.joined.get(service.pk, ())
        if not own:
            return ""
        dated = "; ".join(
            _("%(compact)s, told by %(who)s, %(day)s")
            % {
                "compact": each.compact.name,
                "who": each.source.short_name if each.source else _("the clinic"),
                "day": worded(each.as_of),
            }
            for each in own
        )
        return f"{dated}. {self._regions(self.given.get(service.pk, []))}"

    def _regions(self, codes: list[str]) -> str:
        if not codes:
            return _("They give it no region beyond those in the table below.")
        label = catalogues.current().region_label
        names = [label(code) for code in codes[:LONGEST_LIST]]
        if more := len(codes) - len(names):
            names.append(
                ngettext("and %(count)d more", "and %(count)d more", more)
                % {"count": more}
            )
        return capfirst(_("they give it: %(regions)s.") % {"regions": ", ".join(names)})


def given_by_compacts(areas: QuerySet[CoverageArea]) -> QuerySet[CoverageArea]:
    """Keep areas that follow a compact of their service."""
    return areas.filter(Exists(_membership()), basis=covering.BY_COMPACT)


def written_by_hand(areas: QuerySet[CoverageArea]) -> QuerySet[CoverageArea]:
    """Leave out areas that follow a compact of their service."""
    return areas.exclude(Exists(_membership()), basis=covering.BY_COMPACT)


def _membership() -> QuerySet[CompactMember]:
    return CompactMember.objects.filter(
        compact__services__service=OuterRef("service"), region=OuterRef("region")
    )
