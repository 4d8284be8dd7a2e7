"""By what a curator narrows the list of clinics, beside the stock filters."""

from django.contrib import admin
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..ages import EXPIRED_DAYS, STALE_DAYS, checked_before
from ..models import Service, ServiceType


class CategoryFilter(admin.SimpleListFilter):
    title = _("category")
    parameter_name = "category"

    def lookups(self, request, model_admin):
        return [*ServiceType.Category.choices, ("none", _("no service yet"))]

    def queryset(self, request, queryset):
        if self.value() == "none":
            return queryset.filter(services=None)
        if self.value() in ServiceType.Category.values:
            # Its few codes first: that spares a join with every service.
            types = ServiceType.objects.filter(category=self.value())
            codes = list(types.values_list("pk", flat=True))
            services = Service.objects.filter(service_type__in=codes)
            return queryset.filter(pk__in=services.values("clinic"))
        return queryset


class VerifiedFilter(admin.SimpleListFilter):
    title = _("verified")
    parameter_name = "verified"

    def lookups(self, request, model_admin):
        return [
            ("fresh", _("in the last %d days") % STALE_DAYS),
            ("stale", _("longer ago")),
            ("expired", _("more than a year ago")),
            ("never", _("never: only listed")),
        ]

    def queryset(self, request, queryset):
        now = timezone.now()
        stale = Q(verified_at__lt=checked_before(STALE_DAYS, now))
        chosen = {
            "fresh": Q(verified_at__isnull=False) & ~stale,
            "stale": stale,
            "expired": Q(verified_at__lt=checked_before(EXPIRED_DAYS, now)),
            "never": Q(verified_at=None),
        }
        return queryset.filter(chosen.get(self.value(), Q()))
