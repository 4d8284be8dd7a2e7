from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from ..models import User
from . import gate
from .desk import GuardedList
from .people import groups_to_give, may_manage
from .site import site


class NewPersonForm(forms.ModelForm):
    """Somebody new, without a password: they set their own by a link."""

    class Meta:
        model = User
        fields = ["username", "first_name", "last_name", "email", "groups"]

    def clean_username(self):
        name = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(_("Somebody has this name already."))
        return name

    def save(self, commit=True):
        person = super().save(commit=False)
        person.is_staff = True
        person.set_unusable_password()
        if commit:
            person.save()
            self.save_m2m()
        return person


@admin.register(User, site=site)
class PersonAdmin(GuardedList, UserAdmin):
    """Those who work here. Nobody gives more than they hold, nor touches who does."""

    list_display = ["username", "first_name", "last_name", "is_active", "roles"]
    list_filter = ["is_active", "groups"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined", "link"]
    add_form = NewPersonForm
    add_fieldsets = [
        (
            None,
            {
                "fields": ["username", "first_name", "last_name", "email", "groups"],
                "description": _(
                    "The next page makes a link to hand over: by it the person sets "
                    "a password, and their authenticator."
                ),
            },
        )
    ]
    fieldsets = [
        (
            None,
            {
                "fields": ["username", "is_active", "link"],
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
                "fields": ["groups"],
                "description": _(
                    "A contributor writes drafts. A curator publishes, verifies and "
                    "merges. A manager also imports and sees to sources, catalogues "
                    "and people. An auditor looks and changes nothing."
                ),
            },
        ),
        (_("When"), {"fields": ["last_login", "date_joined"]}),
    ]
    for_superusers = (_("Beyond roles"), {"fields": ["is_staff", "is_superuser"]})

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj and request.user.is_superuser:
            return [*fieldsets, self.for_superusers]
        return fieldsets

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        if obj == request.user and not request.user.is_superuser:
            return [*fields, "is_active", "groups"]
        return fields

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        if db_field.name == "groups":
            kwargs |= {
                "queryset": groups_to_give(request.user),
                "widget": forms.CheckboxSelectMultiple,
            }
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_urls(self):
        # Nobody sets another's password: a link lets them do so themselves.
        return [
            each
            for each in super().get_urls()
            if each.name != "auth_user_password_change"
        ]

    @admin.display(description=_("roles"))
    def roles(self, person):
        return ", ".join(group.name for group in person.groups.all())

    @admin.display(description=_("password and authenticator"))
    def link(self, person):
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:enrolment_link", args=[person.pk]),
            _("Make a link by which they set both anew"),
        )

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and not obj.is_active:
            gate.end_all(obj)

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, _("%(name)s is added.") % {"name": obj})
        return redirect("admin:enrolment_link", obj.pk)

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or may_manage(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Group, site=site)
class RoleAdmin(GuardedList, GroupAdmin):
    """Groups, to look at: `sync_roles` says what each may do."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
