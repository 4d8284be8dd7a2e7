"""Pages of the work queues: what waits, taking an item, going to the next."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import queues
from ..queues import Queue
from .site import site

ITEMS_A_PAGE = 50


def _queue(request: HttpRequest, code: str, *, to_work: bool = False) -> Queue:
    """The queue of `code`, for somebody who may look at it, or work on it."""
    if (queue := queues.QUEUES.get(code)) is None:
        raise Http404(_("There is no such queue."))
    if not (queue.may_work if to_work else queue.may_look)(request.user):
        raise PermissionDenied
    return queue


@site.page("queues/<slug:code>/", name="queue", permission=None)
@require_safe
def queue_list(request, code):
    queue = _queue(request, code)
    return site.render(request, "admin/queue.html", title=queue.title, queue=queue)


@site.page("queues/<slug:code>/claim/", name="queue_claim", permission=None)
@require_POST
def queue_claim(request, code):
    queue = _queue(request, code, to_work=True)
    item = _item(request, queue)
    try:
        if said := queues.claim(queue.code, item, by=request.user):
            messages.info(request, said)
    except queues.ClaimedError as error:
        messages.error(request, error.message)
    return redirect(_back(request, queue))


@site.page("queues/<slug:code>/release/", name="queue_release", permission=None)
@require_POST
def queue_release(request, code):
    queue = _queue(request, code, to_work=True)
    if not queues.release(queue.code, request.POST.get("item", ""), by=request.user):
        messages.info(request, _("It was not yours any more."))
    return redirect(_back(request, queue))


def _item(request: HttpRequest, queue: Queue) -> str:
    item = request.POST.get("item", "")
    if not queue.has(item):
        raise Http404(_("This no longer waits: somebody has done it."))
    return item


def _back(request: HttpRequest, queue: Queue) -> str:
    """The page of the desk that the person came from, else the queue."""
    came = request.headers.get("referer", "")
    if url_has_allowed_host_and_scheme(came, {request.get_host()}):
        return came
    return reverse("admin:queue", args=[queue.code])


@site.page("next/<slug:code>/", name="queue_next", permission=None)
def queue_next(request, code):
    queue = _queue(request, code, to_work=True)
    return redirect(reverse("admin:queue", args=[queue.code]))
