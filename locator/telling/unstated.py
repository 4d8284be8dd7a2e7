"""What to ask a clinic where its listing leaves something unsaid: one place for all."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import CoverageArea, Service, ServiceType, Stated

# By the parameter of a search that asks the same.
ASK = {
    "type": gettext_lazy("Do you offer this?"),
    "specialty": gettext_lazy("Do you treat this?"),
    "modality": gettext_lazy("Is the visit by video, by phone, or in another way?"),
    "language": gettext_lazy("Do you speak my language?"),
    "payment": gettext_lazy("How can I pay, and what will it cost?"),
    "age": gettext_lazy("Do you see people of my age?"),
    "eligibility": gettext_lazy("Are you open to me?"),
    "accessibility": gettext_lazy("Can you offer what I need?"),
    "accepting": gettext_lazy("Do you take new patients?"),
    "open": gettext_lazy("When are you open?"),
    "contact": gettext_lazy("How can I reach you without calling?"),
}


def ask(name: str) -> str:
    """The sentence that sends a visitor to the clinic with a question; "" for none."""
    if name not in ASK:
        return ""
    return _("Ask the clinic: “%(question)s”") % {"question": ASK[name]}


def of_service(
    service: Service, *, states_language: bool, states_payment: bool
) -> list[str]:
    """What a patient would ask of `service`, the most telling first.

    `states_…` are of its clinic. Nothing for what is meant for health workers.
    """
    found = [*_how(service)]
    if service.service_type.audience == ServiceType.Audience.HEALTH_WORKERS:
        return found
    found += [*_where(service), *_whom(service)]
    if not states_language and not service.languages.all():
        found.append(str(ASK["language"]))
    if not states_payment and not service.payments.all():
        found.append(str(ASK["payment"]))
    return [*found, *_needs(service)]


def _how(service: Service) -> Iterable[str]:
    is_care = service.service_type.is_care
    if service.remote == Stated.UNKNOWN:
        yield _("Do you offer this remotely?")
    elif is_care and service.remote == Stated.YES and not service.modalities.all():
        yield str(ASK["modality"])
    if is_care and service.in_person == Stated.UNKNOWN:
        yield _("Do you see people in person?")


def _where(service: Service) -> Iterable[str]:
    """Whether it may treat where the patient is, where nobody vouches for that."""
    if not service.service_type.is_care or service.remote == Stated.NO:
        return
    bases = {area.basis for area in service.coverage.all()}
    if bases.issubset(CoverageArea.UNVOUCHED):
        yield _("May you treat me remotely where I will be during the visit?")


def _whom(service: Service) -> Iterable[str]:
    if not service.service_type.is_care:
        return
    if service.accepting == Stated.UNKNOWN:
        yield str(ASK["accepting"])
    ages = service.minimum_age, service.maximum_age
    if ages == (None, None) and not service.age_groups.all():
        yield str(ASK["age"])


def _needs(service: Service) -> Iterable[str]:
    """What a visit needs: of care alone, since only that has visits."""
    if not service.service_type.is_care:
        return
    if service.remote == Stated.YES:
        if not service.platform:
            yield _("What do I need for a remote visit: a camera, an app?")
        can_meet = service.in_person != Stated.NO
        if can_meet and service.first_visit_in_person == Stated.UNKNOWN:
            yield _("Must I come in person the first time?")
    if service.referral == Stated.UNKNOWN:
        yield _("Do I need a referral?")
    if service.interpreter == Stated.UNKNOWN:
        yield _("Can an interpreter join the visit?")
