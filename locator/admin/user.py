from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from ..models import User
from .site import site


@admin.register(User, site=site)
class PersonAdmin(UserAdmin):
    """Those who work here. Only a superuser sees them."""

    list_display = ["username", "first_name", "last_name", "is_active", "roles"]
    list_filter = ["is_active", "groups"]
    filter_horizontal = []
    autocomplete_fields = ["groups"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (
            None,
            {
                "fields": ["username", "password", "is_active"],
                "description": _(
                    "Whoever leaves is deactivated, never deleted: checks of clinics "
                    "name who made them."
                ),
            },
        ),
        (_("Who it is"), {"fields": ["first_name", "last_name", "email"]}),
        (
            _("What they may do"),
            {
                "fields": ["is_staff", "groups", "is_superuser"],
                "description": _("“Staff” may enter; the groups say what they may do."),
            },
        ),
        (_("When"), {"fields": ["last_login", "date_joined"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("groups"))
    def roles(self, person):
        return ", ".join(group.name for group in person.groups.all())

    # Who may change people could make anyone a superuser, themselves first.
    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Group, site=site)
class RoleAdmin(GroupAdmin):
    """Groups, to look at: `sync_roles` says what each may do."""

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
