"""Pages of the work queues: what waits, taking an item, going to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from .. import queues, tasks
from ..models import Clinic, Region, Task
from ..queues import Item, Queue
from ..queues.queue import Count, counted
from .site import site

ITEMS_A_PAGE = 50
# Nobody turns so many pages; a far one is costly to find.
LAST_PAGE = 200
WHO = (
    ("", gettext_lazy("everything")),
    ("free", gettext_lazy("nobody else has it")),
    ("mine", gettext_lazy("I have it")),
)


def _queue(request: HttpRequest, code: str, *, to_work: bool = False) -> Queue:
    """The queue of `code`, for somebody who may look at it, or work on it."""
    if (queue := queues.QUEUES.get(code)) is None:
        raise Http404(_("There is no such queue."))
    if not (queue.may_work if to_work else queue.may_look)(request.user):
        raise PermissionDenied
    return queue


# --- What waits --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What part of a queue somebody wants to see; what is unusable is left out."""

    step: str = ""
    region: str = ""
    who: str = ""
    page: int = 1

    @classmethod
    def of(cls, data: Mapping[str, str], queue: Queue, regions: list[Region]):
        """What `data` asks of `queue`, which may be of one of `regions`."""
        page = data.get("page", "")
        may = {
            "step": dict(queue.steps),
            "region": {each.code for each in regions},
            "who": dict(WHO),
        }
        chosen = {
            name: value for name in may if (value := data.get(name, "")) in may[name]
        }
        is_page = page.isascii() and page.isdecimal() and len(page) < 4
        return cls(**chosen, page=min(max(int(page), 1), LAST_PAGE) if is_page else 1)

    @property
    def part(self) -> dict[str, str]:
        """The part of the queue, as `Queue.waiting` takes it."""
        return {"step": self.step, "region": self.region}

    @property
    def is_narrow(self) -> bool:
        return bool(self.step or self.region or self.who)

    def link(self, page: int) -> str:
        asked = {"step": self.step, "region": self.region, "who": self.who}
        pairs = [(name, value) for name, value in asked.items() if value]
        return f"?{urlencode([*pairs, ('page', page)])}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of items, of how many, and the links to the pages beside it."""

    items: list[Item]
    count: Count
    first: int
    before: str
    after: str


def _page(request: HttpRequest, queue: Queue, asked: Asked) -> Page:
    rows = queue.taken(request.user, asked.who, queue.waiting(**asked.part))
    first = (asked.page - 1) * ITEMS_A_PAGE
    found = queue.some(rows, first, ITEMS_A_PAGE + 1)
    has_more = len(found) > ITEMS_A_PAGE and asked.page < LAST_PAGE
    return Page(
        items=queue.items(found[:ITEMS_A_PAGE], request.user),
        count=counted(rows),
        first=first + 1,
        before=asked.link(asked.page - 1) if asked.page > 1 else "",
        after=asked.link(asked.page + 1) if has_more else "",
    )


def _regions(queue: Queue) -> list[Region]:
    """Regions that have clinics, to choose from."""
    if not queue.region:
        return []
    home = Clinic.objects.published().order_by().values("region").distinct()
    return list(Region.objects.filter(code__in=home).order_by("name", "code"))


@site.page("queues/<slug:code>/", name="queue", permission=None)
@require_safe
def queue_list(request, code):
    queue = _queue(request, code)
    regions = _regions(queue)
    asked = Asked.of(request.GET, queue, regions)
    _remember(request, queue, asked)
    return site.render(
        request,
        "admin/queue.html",
        title=queue.title,
        queue=queue,
        asked=asked,
        regions=regions,
        who=WHO,
        page=_page(request, queue, asked),
        may_work=queue.may_work(request.user),
        may_look_again=_may_look_again(request, queue),
    )


# --- Looking for more --------------------------------------------------------------


def _may_look_again(request: HttpRequest, queue: Queue) -> bool:
    """Whether the person may have a machine look for new items of the queue."""
    is_off = queue.machine == Task.Kind.WEBSITES and not settings.LOCATOR_CHECK_WEBSITES
    may = request.user.has_perm("locator.add_task")
    return bool(queue.machine) and may and not is_off


@site.page("queues/<slug:code>/look/", name="queue_look", permission="locator.add_task")
@require_POST
def queue_look(request, code):
    queue = _queue(request, code)
    if not _may_look_again(request, queue):
        raise Http404(_("No machine looks for items of this queue."))
    started = Task.objects.filter(
        kind=queue.machine, state__in=[Task.State.WAITING, Task.State.RUNNING]
    )
    if (task := started.defer("file").first()) is None:
        task = tasks.enqueue(queue.machine, {}, by=request.user)
    return redirect("admin:task", task.pk)


# --- Taking one --------------------------------------------------------------------


@site.page("queues/<slug:code>/claim/", name="queue_claim", permission=None)
@require_POST
def queue_claim(request, code):
    queue = _queue(request, code, to_work=True)
    item = request.POST.get("item", "")
    if not queue.has(item):
        messages.info(request, _("This no longer waits: somebody has done it."))
    else:
        _claim(request, queue, item)
    return _back(request, queue)


def _claim(request: HttpRequest, queue: Queue, item: str) -> bool:
    """Whether the item is theirs now; they are told of another who has it, or had."""
    try:
        if said := queues.claim(queue.code, item, by=request.user):
            messages.warning(request, said)
    except queues.ClaimedError as error:
        messages.error(request, error.message)
        return False
    return True


@site.page("queues/<slug:code>/release/", name="queue_release", permission=None)
@require_POST
def queue_release(request, code):
    queue = _queue(request, code, to_work=True)
    if not queues.release(queue.code, request.POST.get("item", ""), by=request.user):
        messages.info(request, _("It was not yours any more."))
    return _back(request, queue)


def _back(request: HttpRequest, queue: Queue) -> HttpResponseRedirect:
    """To the page of this site that the person came from, else to the queue."""
    came = request.headers.get("referer", "")
    if url_has_allowed_host_and_scheme(came, {request.get_host()}):
        return HttpResponseRedirect(came)
    return redirect("admin:queue", queue.code)


# --- The next one ------------------------------------------------------------------


@site.page("next/<slug:code>/", name="queue_next", permission=None)
@require_http_methods(["GET", "POST"])
def queue_next(request, code):
    """Take the next free item and open it.

    Also for a GET, to which pages send people who decided something: a claim is of no
    weight, and ends by itself.
    """
    queue = _queue(request, code, to_work=True)
    after = (request.POST or request.GET).get("after", "")
    if after:
        queues.release(queue.code, after, by=request.user)
    part = _remembered(request, queue)
    for key in queue.free_keys(request.user, after=after, **part):
        if _claim(request, queue, key):
            return HttpResponseRedirect(queue.address(key))
    messages.info(request, _("Nothing else waits here that nobody else has."))
    return HttpResponseRedirect(_address(queue, part))


def _address(queue: Queue, part: Mapping[str, str]) -> str:
    chosen = {name: value for name, value in part.items() if value}
    home = reverse("admin:queue", args=[queue.code])
    return f"{home}?{urlencode(chosen)}" if chosen else home


# The part of each queue that a person looked at last: "next" stays within it.
PARTS = "queue_parts"


def _remember(request: HttpRequest, queue: Queue, asked: Asked) -> None:
    parts = request.session.get(PARTS, {})
    part = {name: value for name, value in asked.part.items() if value}
    if parts.get(queue.code, {}) != part:
        request.session[PARTS] = parts | {queue.code: part}


def _remembered(request: HttpRequest, queue: Queue) -> dict[str, str]:
    return request.session.get(PARTS, {}).get(queue.code, {})
