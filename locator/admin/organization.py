from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ..models import Organization
from ..search import entries
from .desk import DeskAdmin
from .site import site


@admin.register(Organization, site=site)
class OrganizationAdmin(DeskAdmin):
    list_display = ["name", "website"]
    search_fields = ["name"]
    search_help_text = _("Name")

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        # Clinics are found by the name of their organization too.
        entries.rebuild(form.instance.clinics.values_list("pk", flat=True))
