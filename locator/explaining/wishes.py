"""What "Which do I need?" makes of answers: a kind of visit, and why in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from ..search.query import Visit

Told = tuple[Promise | str, Promise | str]

ANY = "any"
HOW: Mapping[str, Told] = {
    "see": (gettext_lazy("See someone on a screen"), ""),
    "talk": (gettext_lazy("Talk by phone"), ""),
    "write": (gettext_lazy("Write messages"), ""),
    "there": (gettext_lazy("Be there in person"), ""),
    ANY: (gettext_lazy("I do not mind"), ""),
}
DEVICES: Mapping[str, Told] = {
    "camera": (
        gettext_lazy("A smartphone, tablet or computer"),
        gettext_lazy("With a camera, and with internet."),
    ),
    "phone": (
        gettext_lazy("A plain phone"),
        gettext_lazy("For calls alone, or for calls and text messages."),
    ),
    "none": (gettext_lazy("None of these"), ""),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A kind of visit to ask for, by the values of the search, and why."""

    visit: str
    modality: str
    why: Promise


_IN_PERSON_FOR_WANT_OF_A_DEVICE = Wish(
    Visit.IN_PERSON,
    "",
    gettext_lazy(
        "A remote visit needs at least a phone: we ask for visits in person. If "
        "somebody can lend you one, answer again."
    ),
)
# By how and device; "" stands for any device that no line of its own speaks of.
WISHES: Mapping[tuple[str, str], Wish] = {
    ("see", ""): Wish(
        Visit.REMOTE,
        "video",
        gettext_lazy(
            "You want to see someone: we ask for visits by video. They need a device "
            "with a camera, and internet."
        ),
    ),
    ("see", "camera"): Wish(
        Visit.REMOTE,
        "video",
        gettext_lazy(
            "You want to see someone, and have a device for it: we ask for visits by "
            "video."
        ),
    ),
    ("see", "phone"): Wish(
        Visit.REMOTE,
        "phone",
        gettext_lazy("A plain phone shows no picture: we ask for visits by phone."),
    ),
    ("talk", ""): Wish(
        Visit.REMOTE,
        "phone",
        gettext_lazy(
            "You want to talk: we ask for visits by phone. Any telephone will do."
        ),
    ),
    ("write", ""): Wish(
        Visit.REMOTE,
        "message",
        gettext_lazy("You want to write: we ask for visits by messages."),
    ),
    ("write", "phone"): Wish(
        Visit.REMOTE,
        "message",
        gettext_lazy(
            "You want to write: we ask for visits by messages. Many clinics write in "
            "an app or on a website, which a plain phone does not have: ask whether "
            "text messages are enough."
        ),
    ),
    ("there", ""): Wish(
        Visit.IN_PERSON,
        "",
        gettext_lazy(
            "You want to be there: we ask for visits in person. You need no device."
        ),
    ),
    (ANY, ""): Wish(
        "", "", gettext_lazy("You do not mind how: we ask for visits of every kind.")
    ),
    (ANY, "phone"): Wish(
        Visit.REMOTE,
        "phone",
        gettext_lazy(
            "On a plain phone a remote visit is a call: we ask for visits by phone."
        ),
    ),
    **{(how, "none"): _IN_PERSON_FOR_WANT_OF_A_DEVICE for how in HOW if how != "there"},
}
# What such a visit is called, and the paragraph that says more.
WORDS = {
    Visit.REMOTE: (
        "telemedicine",
        gettext_lazy(
            "This is telemedicine: a clinician treats you from a distance. "
            "Telemedicine is part of telehealth, so it is telehealth too."
        ),
    ),
    Visit.IN_PERSON: (
        "telehealth",
        gettext_lazy(
            "This is neither: you and the clinician are in one room. Telehealth can "
            "still help around it, with booking, results and reminders online."
        ),
    ),
    "": (
        "telehealth",
        gettext_lazy(
            "The remote visits among them are telemedicine, and so telehealth too. "
            "Those in person are neither."
        ),
    ),
}


def wish_of(how: str, device: str) -> Wish:
    """What somebody wishes who answers with `how` and `device`, "" for no device."""
    return WISHES.get((how, device)) or WISHES[how, ""]
