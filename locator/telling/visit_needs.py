"""What there is to know for a remote visit: device, app, sound, help, age."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import AccessibilityFeature, Modality, Service, Stated
from .wording import any_of, years

# By code of the modality. What a curator adds has no device that we know of.
DEVICES = {
    "video": gettext_lazy(
        "By video: a smartphone, tablet or computer with camera, and internet"
    ),
    "phone": gettext_lazy("By phone: any telephone, no internet"),
    "message": gettext_lazy("By messages: a phone or computer to write on"),
    "app": gettext_lazy("By app: a smartphone or computer that runs the clinic’s app"),
}
DEVICES_IN_SHORT = {
    "video": gettext_lazy("device with camera and internet"),
    "phone": gettext_lazy("any phone"),
    "message": gettext_lazy("phone or computer to write on"),
    "app": gettext_lazy("device for the clinic’s app"),
}
# Features of a clinic that change how its remote visits go.
IN_THE_VISIT = ("captions", "sign-language", "screen-reader", "support-person")
# Features whose bare name reads as if the patient had to bring them.
OFFERED = {"sign-language": gettext_lazy("Sign language is offered")}
# Signing stands among the languages of a card.
IN_SHORT = ("captions",)


@dataclass(frozen=True, slots=True)
class RemoteVisit:
    """What is stated of a service's remote visits."""

    service: Service
    modalities: tuple[Modality, ...]
    features: tuple[AccessibilityFeature, ...]


def in_full(visit: RemoteVisit) -> tuple[str, ...]:
    """What it needs, a sentence each; () where the service is not remote."""
    if visit.service.remote != Stated.YES or not visit.service.service_type.is_care:
        return ()
    return (
        *_known(DEVICES, visit.modalities),
        *_app(visit.service),
        *_help(visit, IN_THE_VISIT),
        *_limits(visit.service),
    )


def in_short(visit: RemoteVisit) -> tuple[str, ...]:
    """The same in a few words; ages aside, which a card tells elsewhere."""
    if visit.service.remote != Stated.YES:
        return ()
    devices = list(_known(DEVICES_IN_SHORT, visit.modalities))
    told = [capfirst(any_of(devices))] if devices else []
    told += _app(visit.service)
    told += _help(visit, IN_SHORT)
    if visit.service.first_visit_in_person == Stated.YES:
        told.append(_("First visit in person"))
    return tuple(told)


def _known(words: dict, modalities: Collection[Modality]) -> Iterable[str]:
    return (str(words[each.code]) for each in modalities if each.code in words)


def _app(service: Service) -> Iterable[str]:
    if service.platform:
        yield _("App or browser: %(platform)s") % {"platform": service.platform}


def _help(visit: RemoteVisit, features: Collection[str]) -> Iterable[str]:
    if visit.service.sound_only == Stated.YES:
        yield _("Possible by sound alone")
    if visit.service.sound_only == Stated.NO:
        yield _("Not by sound alone")
    if visit.service.interpreter == Stated.YES:
        yield _("An interpreter can join the visit")
    if visit.service.interpreter == Stated.NO:
        yield _("No interpreter in the visit")
    for feature in visit.features:
        if feature.code in features:
            yield str(OFFERED.get(feature.code) or feature.label())


def _limits(service: Service) -> Iterable[str]:
    if service.minimum_age:
        yield years(service.minimum_age, None)
    if service.first_visit_in_person == Stated.YES:
        yield _("First visit in person")
    if service.first_visit_in_person == Stated.NO:
        yield _("The first visit can be remote too")
