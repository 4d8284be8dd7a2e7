from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ..models import Organization
from ..search import entries
from .desk import RecordedAdmin
from .site import site


@admin.register(Organization, site=site)
class OrganizationAdmin(RecordedAdmin):
    list_display = ["name", "website"]
    search_fields = ["name"]
    search_help_text = _("Name")

    def after_save(self, request, obj, changed):
        # Clinics are found by the name of their organization too.
        entries.rebuild(obj.clinics.values_list("pk", flat=True))
