"""Helplines, official finders, and the words that bring helplines up."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ..models import CrisisPhrase, Helpline, OfficialFinder
from .catalogue import SnapshotAdmin
from .site import site

CHECKED = _("Set it whenever you have seen that this still holds.")


@admin.register(Helpline, site=site)
class HelplineAdmin(SnapshotAdmin):
    list_display = ["name", "number", "country", "kind", "hours", "checked_on"]
    list_filter = [("country", admin.RelatedOnlyFieldListFilter), "kind", "checked_on"]
    list_select_related = ["country"]
    autocomplete_fields = ["country", "languages"]
    search_fields = ["name", "number", "country__name"]
    search_help_text = _("Name, number or country")
    date_hierarchy = "checked_on"
    fieldsets = [
        (None, {"fields": ["country", "kind", "name", "number", "position"]}),
        (
            _("How to reach it"),
            {
                "fields": [
                    ("can_call", "can_text"),
                    "chat_url",
                    "sign_url",
                    "languages",
                    "hours",
                ]
            },
        ),
        (
            _("Who says so"),
            {"fields": ["url", "checked_on"], "description": CHECKED},
        ),
        (_("In other languages"), {"fields": ["translations"]}),
    ]


@admin.register(OfficialFinder, site=site)
class OfficialFinderAdmin(SnapshotAdmin):
    list_display = ["name", "country", "purpose", "publisher", "checked_on"]
    list_filter = [("country", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["country"]
    autocomplete_fields = ["country"]
    search_fields = ["name", "publisher", "country__name"]
    search_help_text = _("Name, publisher or country")
    fieldsets = [
        (None, {"fields": ["country", "name", "purpose", "url", "position"]}),
        (
            _("Who says so"),
            {"fields": ["publisher", "checked_on"], "description": CHECKED},
        ),
        (_("In other languages"), {"fields": ["translations"]}),
    ]


@admin.register(CrisisPhrase, site=site)
class CrisisPhraseAdmin(SnapshotAdmin):
    list_display = ["phrase", "language"]
    list_filter = ["language"]
    search_fields = ["phrase"]
    search_help_text = _("Words")
