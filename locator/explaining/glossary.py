"""Every word that the site uses and that might want a sentence."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..catalogues import Catalogues


@dataclass(frozen=True, slots=True)
class Term:
    """A word and its sentence. `code` is a parameter's or a catalogue's where it can.

    `paragraph` is the id of what the explainer says of it at length, "" for nothing.
    """

    code: str
    name: str | Promise
    sentence: str | Promise
    paragraph: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Terms that belong together: our own, then the entries of `catalogues`."""

    code: str
    title: Promise
    terms: tuple[Term, ...]
    catalogues: tuple[str, ...] = ()

    def all(self, catalogues: Catalogues) -> Iterator[Term]:
        yield from self.terms
        for name in self.catalogues:
            for entry in getattr(catalogues, name):
                yield Term(entry.code, entry.label(), entry.explained())


SHELVES = (
    Shelf(
        "care",
        _("Care, and who gives it"),
        (
            Term(
                "telehealth",
                _("Telehealth"),
                _("Everything digital that makes care better, telemedicine included."),
                "telehealth",
            ),
            Term(
                "telemedicine",
                _("Telemedicine"),
                _("A clinician treats you from a distance. It is part of telehealth."),
                "telemedicine",
            ),
            Term(
                "teleclinic",
                _("Teleclinic"),
                _("A clinic that can treat you from a distance."),
            ),
            Term(
                "clinic",
                _("Clinic"),
                _(
                    "A practice that patients can turn to: a house with an address, or "
                    "one that sees people only remotely."
                ),
            ),
            Term(
                "organization",
                _("Organization"),
                _("Who runs a clinic. One organization may run many."),
            ),
            Term(
                "clinician",
                _("Clinician"),
                _(
                    "Somebody trained to treat people: a doctor, nurse, psychologist, "
                    "therapist or midwife, for example."
                ),
            ),
            Term(
                "health-workers",
                _("Health workers"),
                _(
                    "All who work in health care. A few services are meant for them "
                    "and not for patients."
                ),
            ),
            Term(
                "type",
                _("Service"),
                _("What a clinic does, such as a consultation or reminders."),
                "services",
            ),
            Term(
                "specialty",
                _("What for"),
                _("The part of health that a service is for, such as skin or sleep."),
            ),
            Term(
                "programme",
                _("Has a programme for"),
                _(
                    "The clinic offers something made for these people. It does not "
                    "mean that others are turned away."
                ),
            ),
        ),
    ),
    Shelf(
        "visit",
        _("The visit"),
        (
            Term(
                "visit",
                _("Remote visit"),
                _("You and the clinician meet without being in the same place."),
            ),
            Term(
                "in-person",
                _("Visit in person"),
                _("You and the clinician are in one room, most often at the clinic."),
            ),
            Term(
                "modality",
                _("Remote visit by"),
                _("How you meet: by video, by phone, by messages or in an app."),
            ),
            Term(
                "first-visit-in-person",
                _("First visit in person"),
                _("You come to the clinic once before you can be treated remotely."),
            ),
            Term(
                "referral",
                _("Referral"),
                _("Another clinician, often your own doctor, sends you there."),
            ),
            Term(
                "language",
                _("Language"),
                _("Spoken by the staff, or through an interpreter."),
            ),
            Term(
                "interpreter",
                _("Interpreter"),
                _("Somebody who speaks or signs your language joins the visit."),
            ),
        ),
        ("modalities", "settings"),
    ),
    Shelf(
        "where",
        _("Where you can be treated"),
        (
            Term(
                "region",
                _("Where you will be"),
                _(
                    "The state or country where you are during the visit. Clinicians "
                    "may usually treat only where they are licensed."
                ),
            ),
            Term(
                "coverage",
                _("Coverage"),
                _(
                    "The regions where a service may treat patients remotely. Here the "
                    "word never means insurance."
                ),
            ),
            Term(
                "licensed",
                _("Licensed"),
                _("Allowed to treat people in a region, by the authority there."),
            ),
            Term(
                "compact",
                _("Compact between states"),
                _(
                    "An agreement: clinicians of one state may treat patients in the "
                    "others that signed it, or are licensed there more easily."
                ),
            ),
            Term(
                "national-registration",
                _("Registered for a whole country"),
                _("One registration is enough for patients anywhere in the country."),
            ),
            Term(
                "provider-country-rule",
                _("By a rule of its own country"),
                _(
                    "The clinic’s country lets it treat patients elsewhere. Your own "
                    "country may see that differently."
                ),
            ),
            Term(
                "distance",
                _("Distance"),
                _("In a straight line from the place you named; roads are longer."),
            ),
        ),
    ),
    Shelf(
        "sure",
        _("How sure a fact is"),
        (
            Term(
                "stated",
                _("Stated"),
                _("The clinic or the source of its listing says so."),
            ),
            Term(
                "unstated",
                _("Not stated"),
                _("Nobody told us. It may be yes or no: ask the clinic."),
            ),
            Term(
                "assumed",
                _("Assumed"),
                _(
                    "Nobody told us, and we take it as likely: a clinic in Texas "
                    "probably treats patients in Texas. Ask first."
                ),
            ),
            Term(
                "verified",
                _("Verified"),
                _(
                    "A person checked it, or the clinic confirmed it, on the day that "
                    "is given. We do not check licences or quality."
                ),
            ),
            Term(
                "source",
                _("Source"),
                _("The dataset that a listing comes from. Its year tells its age."),
            ),
            Term(
                "sample",
                _("Sample, not real"),
                _("An invented clinic that shows how the site works."),
            ),
        ),
    ),
    Shelf(
        "whom",
        _("Whom a clinic sees"),
        (
            Term(
                "accepting",
                _("Accepting new patients"),
                _("It takes people who were never there before."),
            ),
            Term(
                "age",
                _("Ages"),
                _("How old the people are whom a service sees."),
            ),
            Term(
                "eligibility",
                _("Open to"),
                _(
                    "Some services are for a group of people alone. Where none is "
                    "named, ask."
                ),
            ),
        ),
        ("eligibilities",),
    ),
    Shelf(
        "reach",
        _("Reaching a clinic"),
        (
            Term(
                "open",
                _("Open now"),
                _("By the hours that the clinic states, at its own local time."),
            ),
            Term(
                "contact",
                _("Ways to reach the clinic"),
                _("By phone, by e-mail or by text message."),
            ),
            Term(
                "relay-711",
                _("711 relay"),
                _(
                    "For calls in the US without hearing or speaking: dial 711, and an "
                    "operator passes on what each side says or types. The relay costs "
                    "nothing."
                ),
            ),
            Term(
                "helpline",
                _("Helpline"),
                _("People who listen and help at once, by phone, text or chat."),
            ),
            Term(
                "accessibility",
                _("Accessibility"),
                _("What makes a clinic or a visit usable for more people."),
            ),
        ),
        ("accessibility",),
    ),
    Shelf(
        "paying",
        _("Paying"),
        (
            Term(
                "payment",
                _("How you pay"),
                _("What a clinic takes. Ask what a visit will cost you."),
            ),
        ),
        ("payments",),
    ),
)


def glossary(catalogues: Catalogues) -> list[tuple[Shelf, list[Term]]]:
    """Every shelf with its terms. Services are explained where they are counted."""
    return [(shelf, list(shelf.all(catalogues))) for shelf in SHELVES]
