"""The site that the desk's pages hang on, its name and who may enter."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from ..models import (
    AccessibilityFeature,
    AgeGroup,
    CareSetting,
    Clinic,
    Compact,
    CrisisPhrase,
    Eligibility,
    GroupServed,
    Helpline,
    ImportRun,
    Language,
    Modality,
    OfficialFinder,
    Organization,
    PaymentOption,
    Place,
    Region,
    ServiceType,
    Source,
    SourceRecord,
    Specialty,
    User,
)
from ..tables import patience
from . import diffs, gate
from .login import CodeLoginForm, warn_of_few_codes

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
# How long a statement may take of what people who have entered send, in seconds: longer
# than a visitor's, for it may wait for an import; less than proxies wait for an answer.
PATIENCE = 90

# What pages there are, by what people come for.
SHELVES = [
    (_("Clinics"), [Clinic, Organization]),
    (_("Where listings come from"), [Source, ImportRun, SourceRecord]),
    (
        _("What clinics choose from"),
        [
            ServiceType,
            Specialty,
            Modality,
            Language,
            PaymentOption,
            Eligibility,
            AgeGroup,
            GroupServed,
            AccessibilityFeature,
            CareSetting,
        ],
    ),
    (_("Regions and places"), [Region, Compact, Place]),
    (_("Where else to turn"), [Helpline, OfficialFinder, CrisisPhrase]),
    (_("People"), [User, Group]),
]

# Pages beside the shelves, by the names of their addresses: work that people begin
# themselves, and what was decided and can be taken back.
TOOLS = [
    (
        _("Begin something"),
        {
            "imports": _("Import a file"),
            "sheets": _("Edit clinics in a spreadsheet"),
            "verify_today": _("One hour today, with a call sheet"),
            "verify_kinds": _("Accept many of one kind"),
        },
    ),
    (
        _("Look back, or take back"),
        {
            "reports": _("Reports from the public"),
            "matches": _("Listings and their clinics"),
            "merges": _("Merges"),
            "proposals": _("Proposals from sources"),
            "tasks": _("Imports and other tasks"),
        },
    ),
]


class _Suggestions(AutocompleteJsonView):
    def serialize_result(self, obj, to_field_name):
        return super().serialize_result(obj, to_field_name) | {"text": label(obj)}


View = Callable[..., HttpResponse]

# What everyone who may enter sends about themselves, even who changes nothing else.
OWN_PAGES = {"logout", "password_change"} | {
    f"second_factor{part}" for part in ("", "_codes", "_app")
}


class Desk(admin.AdminSite):
    """The admin under the operator's name, behind a second factor where one is set."""

    index_title = _("Curators’ desk")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._pages: list[URLPattern] = []

    def page(
        self, route: str, *, name: str, permission: str | tuple[str, ...] | None
    ) -> Callable[[View], View]:
        """Hang a view on the desk as `admin:<name>`, at /admin/desk/<route>.

        Whoever has `permission`, or one of several, may see it; None means everyone
        who may enter. Others are told that they may not.
        """
        wanted = (permission,) if isinstance(permission, str) else permission

        def hang(view: View) -> View:
            @wraps(view)
            def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
                if wanted and not any(map(request.user.has_perm, wanted)):
                    raise PermissionDenied
                return view(request, *args, **kwargs)

            guarded.permission = wanted
            pattern = path(f"desk/{route}", self.admin_view(guarded), name=name)
            self._pages.append(pattern)
            return view

        return hang

    def tools(self, request: HttpRequest) -> list[tuple[str, list[tuple[str, str]]]]:
        """The groups of TOOLS with titles and addresses: what this person may open."""
        wanted = {
            page.name: getattr(page.callback, "permission", ()) for page in self._pages
        }
        groups = []
        for group, pages in TOOLS:
            opened = [
                (title, reverse(f"admin:{name}"))
                for name, title in pages.items()
                if any(map(request.user.has_perm, wanted[name]))
            ]
            if opened:
                groups.append((group, opened))
        return groups

    def index(self, request: HttpRequest, extra_context: dict | None = None):
        tools = {"tools": self.tools(request)}
        return super().index(request, tools | (extra_context or {}))

    def open_page(self, route: str, *, name: str) -> Callable[[View], View]:
        """Hang a view on the desk that people reach who may not enter yet."""

        def hang(view: View) -> View:
            self._pages.append(path(route, never_cache(view), name=name))
            return view

        return hang

    def get_urls(self) -> list:
        return [*self._pages, *super().get_urls()]

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """`view` for those who may enter, with refusals in the frame of the desk."""

        @wraps(view)
        def framed(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            try:
                is_sending = request.method not in SAFE_METHODS
                if is_sending and not _may_send(request):
                    raise PermissionDenied
                waiting = patience(PATIENCE) if is_sending else nullcontext()
                with waiting, diffs.one_reading():
                    return view(request, *args, **kwargs)
            except PermissionDenied:
                return self._refusal(request, _("You may not do this"), 403)
            except Http404:
                return self._refusal(request, _("There is no such page"), 404)

        return super().admin_view(framed, cacheable)

    def _refusal(self, request: HttpRequest, title: str, status: int) -> HttpResponse:
        return self.render(
            request, "admin/refused.html", title=title, status=status, kind=status
        )

    def render(
        self,
        request: HttpRequest,
        template: str,
        *,
        title: str,
        status: int = 200,
        **context,
    ) -> TemplateResponse:
        """`template` in the frame of the desk, without the list of all that there is.

        Work wants the width of the page, and few stops on the way with the Tab key.
        """
        frame = self.each_context(request) | {
            "title": title,
            "is_nav_sidebar_enabled": False,
        }
        return TemplateResponse(request, template, frame | context, status=status)

    @property
    def site_header(self) -> str:
        return settings.LOCATOR_NAME

    @property
    def site_title(self) -> str:
        return settings.LOCATOR_NAME

    @property
    def login_form(self) -> type[forms.Form]:
        asks = settings.LOCATOR_SECOND_FACTOR
        return CodeLoginForm if asks else AdminAuthenticationForm

    @property
    def login_template(self) -> str:
        asks = settings.LOCATOR_SECOND_FACTOR
        return "admin/code_login.html" if asks else "admin/login.html"

    def login(self, request: HttpRequest, extra_context: dict | None = None):
        response = super().login(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            gate.begin(request)
            if settings.LOCATOR_SECOND_FACTOR:
                warn_of_few_codes(request)
        return response

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and (
            not settings.LOCATOR_SECOND_FACTOR or request.user.is_verified()
        )

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list:
        """The pages that there are, in the order that work needs them.

        They are looked up when a page shows them: each asks for them, few show them.
        """
        return SimpleLazyObject(lambda: self._app_list(request, app_label))

    def _app_list(self, request: HttpRequest, app_label: str | None) -> list:
        apps = super().get_app_list(request, app_label)
        pages = {
            page["model"]: page | {"app": app} for app in apps for page in app["models"]
        }
        return [
            {**chosen[0]["app"], "name": name, "models": chosen}
            for name, models in SHELVES
            if (chosen := [pages[model] for model in models if model in pages])
        ]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return _Suggestions.as_view(admin_site=self)(request)


def _may_send(request: HttpRequest) -> bool:
    """Whether this person changes anything at all, or the page is about themselves.

    Each page asks for its own permission too; this one holds for those who only look.
    """
    if request.resolver_match.url_name in OWN_PAGES:
        return True
    held = request.user.get_all_permissions()
    return any(not name.partition(".")[2].startswith("view_") for name in held)


def label(thing) -> str:
    """`thing` as a curator chooses it: regions with their code, for Georgia is two."""
    return f"{thing} ({thing.code})" if isinstance(thing, Region) else str(thing)


site = Desk()


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict | None
) -> HttpResponse:
    """The page after too many wrong passwords, with status 429."""
    page = site.render(
        request,
        "admin/locked_out.html",
        title=_("Wait before you try again"),
        status=429,
        tries=settings.AXES_FAILURE_LIMIT,
        hours=settings.AXES_COOLOFF_TIME,
    )
    return page.render()
