"""Visitors' requests read from a replica: one database for all of a request."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connections
from django.http import HttpRequest, HttpResponse

from . import failing, hanging
from .fleet import PRIMARY
from .watching import watch

READING = ("GET", "HEAD")
# A request may be what kills servers, and must not go round among them.
MOST_TRIES = 2


class ReadFromReplicas:
    """Middleware: what visitors ask is read from a replica, where there is a fit one.

    A request that a server fails is run once more on another, and goes past those that
    cannot be reached: nothing of its answer is sent yet, and nothing was written, since
    what is sent in runs again on a replica alone, which takes nothing and lets the page
    say so.
    """

    def __init__(self, get_response: Callable) -> None:
        if not settings.LOCATOR_REPLICAS:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        watch().begin()
        if request.path_info.startswith("/admin/"):
            return self._answer(request, PRIMARY)
        is_writing = request.method not in READING
        if is_writing:
            # Now, since it can be read from the line but once.
            _ = request.POST
        as_it_came = dict(vars(request))
        tries = 0
        for name in watch().fleet.order(time.monotonic(), is_writing=is_writing):
            # What views remember at the request came from another database.
            vars(request).clear()
            vars(request).update(as_it_came)
            response = self._answer(request, name)
            error = getattr(response, "database_error", None)
            if error and failing.is_lost(error):
                watch().fleet.failed(name, time.monotonic())
            if not error or not failing.may_go_elsewhere(error):
                break
            # One that could not be reached was not asked, nor can it have been killed.
            tries += connections[name].connection is not None
            if tries == MOST_TRIES:
                break
        return response

    def _answer(self, request: HttpRequest, name: str) -> HttpResponse:
        with only(name):
            return self.get_response(request)


@contextmanager
def only(name: str) -> Iterator[None]:
    """This thread asks the database called `name` whatever it asks the default one.

    So nothing of a request can be read elsewhere, whichever way it is asked: not the
    token of the data from one server and the data from another.
    """
    default = connections[PRIMARY]
    connections[PRIMARY] = connections[name]
    try:
        with hanging.waiting_for(name, connections[PRIMARY]):
            yield
    finally:
        connections[PRIMARY] = default
