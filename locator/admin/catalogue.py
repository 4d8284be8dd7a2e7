"""The closed lists that clinics choose from, and how they are worded.

Codes and bits are for ever: an entry is retired, not deleted.
"""

from collections.abc import Callable, Iterable, Mapping

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ..models import (
    AccessibilityFeature,
    AgeGroup,
    CareSetting,
    Catalogue,
    DataVersion,
    Eligibility,
    GroupServed,
    Language,
    Modality,
    PaymentOption,
    Region,
    Service,
    ServiceType,
    Specialty,
    Versioned,
)
from ..search import entries
from ..text import fold, words
from .desk import RecordedAdmin
from .site import site


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        lines = super().to_python(value).splitlines()
        return list(dict.fromkeys(line.strip() for line in lines if line.strip()))

    def has_changed(self, initial, data):
        return self.to_python(data) != (initial or [])


class TranslationsField(forms.JSONField):
    """Wordings by language: {"es": {"name": "…", "explanation": "…"}}."""

    def clean(self, value):
        by_language = super().clean(value) or {}
        if not _is_worded(by_language):
            raise ValidationError(
                _('Write it like this: {"es": {"name": "…", "explanation": "…"}}')
            )
        return by_language


def _is_worded(value) -> bool:
    return isinstance(value, dict) and all(
        isinstance(wording, dict)
        and all(isinstance(text, str) for text in wording.values())
        for wording in value.values()
    )


class SnapshotAdmin(RecordedAdmin):
    """Edits something that every process keeps in memory until its token changes."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in {"synonyms", "aliases"}:
            help_text = _("One a line. %s") % db_field.help_text
            return LinesField(
                label=db_field.verbose_name, required=False, help_text=help_text
            )
        if db_field.name == "translations":
            kwargs["form_class"] = TranslationsField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def after_save(self, request, obj, changed):
        DataVersion.bump(Versioned.CATALOGUES)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        DataVersion.bump(Versioned.CATALOGUES)

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        DataVersion.bump(Versioned.CATALOGUES)


class CatalogueForm(forms.ModelForm):
    def clean(self):
        cleaned = super().clean()
        if self.instance._state.adding:
            # Refuses, in a sentence, where every bit was given.
            self.instance.bit = type(self.instance).next_bit()
        return cleaned


class CatalogueAdmin(SnapshotAdmin):
    form = CatalogueForm
    list_display = ["name", "code", "explanation", "position", "is_retired"]
    list_filter = ["is_retired"]
    ordering = ["position", "name"]
    search_fields = ["name", "code"]
    search_help_text = _("Name, code or everyday word, in any language")
    own_fields: tuple[str, ...] = ()
    # A change of one of these changes what search entries say of the clinics.
    searched: frozenset[str] = frozenset()

    def get_fields(self, request, obj=None):
        return [
            "code",
            "name",
            "explanation",
            *self.own_fields,
            "synonyms",
            "translations",
            "position",
            "is_retired",
            *(["bit"] if obj else []),
        ]

    def get_readonly_fields(self, request, obj=None):
        return ["code", "bit"] if obj else []

    def get_search_results(self, request, queryset, search_term):
        if request.resolver_match.url_name == "autocomplete":
            queryset = queryset.filter(is_retired=False)
        return found_by_words(queryset, search_term, _words_of_entry), False

    def has_delete_permission(self, request, obj=None):
        return False

    def after_save(self, request, obj, changed):
        super().after_save(request, obj, changed)
        if self.searched.intersection(changed):
            entries.rebuild(self.clinics_of(obj))

    def clinics_of(self, entry):
        """Ids of the clinics whose search entries depend on `entry`."""
        return clinics_with(entry)


def found_by_words(
    queryset: QuerySet, asked: str, words_of: Callable[..., Iterable[str]]
) -> QuerySet:
    """Keep what has every word of `asked`, or its beginning, among its own."""
    wanted = [f" {word}" for word in words(asked)]
    if not wanted:
        return queryset
    found = []
    for entry in queryset:
        folded = " " + fold(" ".join(words_of(entry)))
        if all(word in folded for word in wanted):
            found.append(entry.pk)
    return queryset.filter(pk__in=found)


def _words_of_entry(entry: Catalogue) -> list[str]:
    return [entry.code, *entry.synonyms, *worded(entry)]


def worded(entry: Catalogue | Region) -> list[str]:
    """The name of `entry` in every language that it has one in."""
    others: Mapping[str, Mapping[str, str]] = entry.translations
    return [entry.name, *(wording.get("name", "") for wording in others.values())]


def clinics_with(entry: Catalogue) -> set[int]:
    """Ids of the clinics that chose `entry`, themselves or in a service."""
    found: set[int] = set()
    if hasattr(entry, "clinics"):
        found.update(entry.clinics.values_list("pk", flat=True))
    if hasattr(entry, "services"):
        found.update(entry.services.values_list("clinic", flat=True))
    return found


@admin.register(ServiceType, site=site)
class ServiceTypeAdmin(CatalogueAdmin):
    list_display = ["name", "code", "category", "audience", "is_care", "is_retired"]
    list_filter = ["category", "audience", "is_retired"]
    own_fields = ("category", "audience", "is_care")
    searched = frozenset(own_fields)


@admin.register(Language, site=site)
class LanguageAdmin(CatalogueAdmin):
    list_display = [
        "name",
        "native_name",
        "code",
        "is_signed",
        "position",
        "is_retired",
    ]
    list_filter = ["is_signed", "is_retired"]
    own_fields = ("native_name", "is_signed")


@admin.register(PaymentOption, site=site)
class PaymentOptionAdmin(CatalogueAdmin):
    list_display = ["name", "code", "country", "explanation", "position", "is_retired"]
    list_filter = [("country", admin.RelatedOnlyFieldListFilter), "is_retired"]
    list_select_related = ["country"]
    autocomplete_fields = ["country"]
    own_fields = ("country",)


@admin.register(Eligibility, site=site)
class EligibilityAdmin(CatalogueAdmin):
    list_display = ["name", "code", "is_restriction", "position", "is_retired"]
    own_fields = ("is_restriction",)
    searched = frozenset(own_fields)


@admin.register(AgeGroup, site=site)
class AgeGroupAdmin(CatalogueAdmin):
    list_display = ["name", "code", "minimum_age", "maximum_age", "is_retired"]
    own_fields = ("minimum_age", "maximum_age")
    searched = frozenset(own_fields)

    def clinics_of(self, entry):
        # A service that states ages in years is searched by the groups that they touch.
        by_years = ~Q(minimum_age=None, maximum_age=None)
        services = Service.objects.filter(by_years | Q(age_groups=entry))
        return services.values_list("clinic", flat=True)


@admin.register(CareSetting, site=site)
class CareSettingAdmin(CatalogueAdmin):
    list_display = ["name", "code", "is_overnight", "position", "is_retired"]
    own_fields = ("is_overnight",)


site.register([AccessibilityFeature, GroupServed, Modality, Specialty], CatalogueAdmin)
