"""The site's addresses and two more: what a page costs that searches nothing at all."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from teleclinic.urls import urlpatterns as of_the_site

# The template of a page and its context, from a search that was made before.
ready: dict[str, object] = {}


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def ready_cards(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, ready["template"], ready["context"])


urlpatterns = [
    path("floor/empty/", empty),
    path("floor/cards/", ready_cards),
    *of_the_site,
]
