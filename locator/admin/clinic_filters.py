"""By what a curator narrows the list of clinics, beside the stock filters."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import Service, ServiceType
from ..search.ranking import FRESH_DAYS


class CategoryFilter(admin.SimpleListFilter):
    title = _("category")
    parameter_name = "category"

    def lookups(self, request, model_admin):
        return [*ServiceType.Category.choices, ("none", _("no service yet"))]

    def queryset(self, request, queryset):
        if self.value() == "none":
            return queryset.filter(services=None)
        if self.value() in ServiceType.Category.values:
            services = Service.objects.filter(service_type__category=self.value())
            return queryset.filter(pk__in=services.values("clinic"))
        return queryset


class VerifiedFilter(admin.SimpleListFilter):
    title = _("verified")
    parameter_name = "verified"

    def lookups(self, request, model_admin):
        return [
            ("fresh", _("in the last %d days") % FRESH_DAYS),
            ("stale", _("longer ago")),
            ("never", _("never")),
        ]

    def queryset(self, request, queryset):
        oldest = timezone.now() - timedelta(days=FRESH_DAYS)
        chosen = {
            "fresh": Q(verified_at__gte=oldest),
            "stale": Q(verified_at__lt=oldest),
            "never": Q(verified_at=None),
        }
        return queryset.filter(chosen.get(self.value(), Q()))
