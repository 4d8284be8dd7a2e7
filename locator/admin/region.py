"""Regions, which may be worded, and places, which a command loads."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ..models import Place, PlaceName, Region
from ..text import fold
from .catalogue import SnapshotAdmin, found_by_words, worded
from .desk import ReadOnlyAdmin
from .site import site

# Sorts after every folded name that begins like the one before it.
AFTER_ALL = "\U0010ffff"


@admin.register(Region, site=site)
class RegionAdmin(SnapshotAdmin):
    """ISO 3166 says which regions there are; here is how they are called."""

    list_display = ["name", "code", "parent"]
    list_filter = [("parent", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]
    search_help_text = _("Name in any language, or code")
    fields = ["code", "parent", "name", "aliases", "translations"]
    readonly_fields = ["code", "parent"]

    def get_search_results(self, request, queryset, search_term):
        return found_by_words(queryset, search_term, _words_of_region), False

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def _words_of_region(region: Region) -> list[str]:
    return [region.code, *region.aliases, *worded(region)]


@admin.register(Place, site=site)
class PlaceAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "region", "country", "town", "population"]
    list_filter = ["kind"]
    list_select_related = ["region"]
    ordering = ["pk"]
    search_fields = ["name"]
    search_help_text = _(
        "Postcode, or the beginning of a town's name as people write it"
    )
    fields = [
        ("name", "kind"),
        ("region", "country", "town"),
        ("latitude", "longitude", "time_zone"),
        "population",
        "names",
    ]
    readonly_fields = ["names"]

    def get_search_results(self, request, queryset, search_term):
        folded = fold(search_term)
        if not folded:
            return queryset, False
        named = PlaceName.objects.filter(
            folded__gte=folded, folded__lt=folded + AFTER_ALL
        )
        return queryset.filter(pk__in=named.values("place")), False

    @admin.display(description=_("found by"))
    def names(self, place):
        return ", ".join(
            place.names.order_by("kind", "pk").values_list("folded", flat=True)
        )
