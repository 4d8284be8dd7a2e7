"""The fields of a search: each cleans one parameter, or says what to write instead."""

import re
from dataclasses import dataclass
from typing import Self

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import slug_re
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..geo import KM_PER_MILE, Extent
from ..text import words

MOST_CHARACTERS = 200
# A sign may fold into several words, and each word is a condition of one query.
MOST_WORDS = 50
MOST_MILES = 500
# Regions beside the patient's own in which remote care must be allowed as well.
MOST_ALSO = 3
# More do not fit beside each other.
MOST_COMPARED = 4
# Far beyond any page there is, and small enough for every engine.
LAST_NUMBER = 10**9
# Beyond this no map has streets to show.
LAST_ZOOM = 22

# ISO 3166 gives the territories of the US a code of their own beside `US-PR`.
US_TERRITORIES = {"AS", "GU", "MP", "PR", "UM", "VI"}

_NUMBER = re.compile(r"[+-]?\d{1,3}(\.\d{1,20})?", re.ASCII)
# After a comma three digits would be thousands.
_DISTANCE = re.compile(
    r"(?P<number>\d{1,4}(\.\d{1,4}|,\d{1,2})?)\s*(?P<unit>[a-z]*)\.?", re.ASCII
)
_UNITS = {
    "": "",
    **dict.fromkeys(("mi", "mile", "miles"), "mi"),
    **dict.fromkeys(
        ("km", "kms", "kilometer", "kilometers", "kilometre", "kilometres"), "km"
    ),
}


def code_of(text: str) -> str:
    """`text` as codes are written: "In person" and "in_person" are `in-person`."""
    return re.sub(r"[\s_]+", "-", text.strip().lower())


def shown(text: str) -> str:
    """`text` short enough to stand in a sentence."""
    return text if len(text) <= 40 else f"{text[:39]}…"


@dataclass(frozen=True, slots=True)
class Distance:
    """A number over 0 and its unit, "mi" or "km"; "" where the visitor gave none."""

    number: float
    unit: str

    def __str__(self) -> str:
        return f"{self.number:g}{self.unit}"

    def km(self, unit: str) -> float:
        """Kilometres, a bare number in `unit`; ValidationError over 500 miles."""
        km = self.number * (KM_PER_MILE if (self.unit or unit) == "mi" else 1)
        if km > MOST_MILES * KM_PER_MILE + 1e-9:
            raise ValidationError(DistanceField.SENTENCE, code="invalid")
        return km


class TextField(forms.CharField):
    """A short text, without the spaces around it; "" for none."""

    def __init__(self, **kwargs) -> None:
        too_long = ngettext_lazy(
            "Please write this with at most %(limit_value)d character.",
            "Please write this with at most %(limit_value)d characters.",
            "limit_value",
        )
        super().__init__(max_length=MOST_CHARACTERS, **kwargs)
        for validator in self.validators:
            if validator.code == "max_length":
                validator.message = too_long
            if validator.code == "null_characters_not_allowed":
                validator.message = _("Please write this in letters and numbers.")


class WordsField(TextField):
    """A text of a few words with at least one letter or number; or nothing at all."""

    def clean(self, value):
        text = super().clean(value)
        if text and not any(sign.isalnum() for sign in text):
            raise ValidationError(
                _("Please write a name, or part of one, in letters or numbers."),
                code="invalid",
            )
        if len(words(text)) > MOST_WORDS:
            raise ValidationError(
                _("Please write fewer words: a few of its name are enough."),
                code="invalid",
            )
        return text


class CodesField(forms.MultipleChoiceField):
    """Codes of a catalogue, each once and in the order asked; () for none."""

    default_error_messages = {
        "invalid_choice": _(
            "We do not know “%(value)s” here. Choose from the list, or leave it out."
        ),
    }

    def to_python(self, value) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, map(code_of, value or ()))))

    def validate(self, value) -> None:
        if not value:
            return
        known = {code for code, _label in self.choices}
        for code in value:
            if code not in known:
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": shown(code)},
                )


class SlugsField(forms.MultipleChoiceField):
    """The first few addresses of clinics, each once; others are left out unsaid.

    Nothing is searched by them, so no value of theirs is unusable.
    """

    def to_python(self, value) -> tuple[str, ...]:
        slugs = dict.fromkeys(
            str(each).strip()[:MOST_CHARACTERS] for each in value or ()
        )
        return tuple(each for each in slugs if slug_re.fullmatch(each))[:MOST_COMPARED]

    def validate(self, value) -> None:
        """Whether there is such a clinic says the page that compares them."""


class OneCodeField(forms.ChoiceField):
    """One code of a short list; "" for none."""

    # Ours draw no list; of a repeated parameter this one reads the last.
    widget = forms.TextInput
    default_error_messages = {
        "invalid_choice": _(
            "We do not know “%(value)s” here. Choose from the list, or leave it out."
        ),
    }

    def to_python(self, value) -> str:
        return code_of(super().to_python(value))

    def validate(self, value) -> None:
        if value and value not in {code for code, _label in self.choices}:
            raise ValidationError(
                self.error_messages["invalid_choice"],
                code="invalid_choice",
                params={"value": shown(value)},
            )


class UnitField(OneCodeField):
    """`mi` or `km`, however written out; "" for none."""

    def to_python(self, value) -> str:
        code = super().to_python(value)
        return _UNITS.get(code, code)


class RegionField(OneCodeField):
    """The ISO 3166 code of a region that we know; "" for none."""

    default_error_messages = {
        "invalid_choice": _(
            "We know no region “%(value)s”. Write its code, as in US-TX or IN-KA."
        ),
    }

    def to_python(self, value) -> str:
        return _region_code(super().to_python(value))


class RegionsField(CodesField):
    """ISO 3166 codes of up to `MOST_ALSO` regions that we know; () for none."""

    default_error_messages = RegionField.default_error_messages

    def to_python(self, value) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(_region_code, super().to_python(value))))

    def validate(self, value) -> None:
        super().validate(value)
        if len(value) > MOST_ALSO:
            raise ValidationError(
                _("Please choose at most %(most)d further regions."),
                code="invalid",
                params={"most": MOST_ALSO},
            )


def _region_code(code: str) -> str:
    code = code.upper()
    return f"US-{code}" if code in US_TERRITORIES else code


class CoordinateField(forms.CharField):
    """Degrees between -`most` and `most`, rounded to 2 decimals; None for none."""

    def __init__(self, *, most: int, **kwargs) -> None:
        self.most = most
        super().__init__(**kwargs)

    def clean(self, value) -> float | None:
        text = self.to_python(value).replace("−", "-")
        if not text:
            return None
        degrees = float(text) if _NUMBER.fullmatch(text) else None
        if degrees is None or abs(degrees) > self.most:
            raise ValidationError(
                _(
                    "This is no position: we need a number between -%(most)d and "
                    "%(most)d. Use your location again, or write a place."
                ),
                code="invalid",
                params={"most": self.most},
            )
        # Adding 0 makes a rounded -0.0 plain.
        return round(degrees, 2) + 0.0


class DistanceField(forms.CharField):
    """A `Distance`, such as `25mi`, `40 km` or `25`; None for none."""

    SENTENCE = _(
        "This is no distance that we can use. Choose one from the list, or write it "
        "as 25mi or 40km, over 0 and up to 500 miles (804 km)."
    )

    def clean(self, value) -> Distance | None:
        text = self.to_python(value).lower()
        if not text:
            return None
        found = _DISTANCE.fullmatch(text)
        if not found or found["unit"] not in _UNITS:
            raise ValidationError(self.SENTENCE, code="invalid")
        number = float(found["number"].replace(",", "."))
        distance = Distance(number, _UNITS[found["unit"]])
        # A bare number can be too far only once its unit is known.
        if not number or distance.km(unit="km") <= 0:
            raise ValidationError(self.SENTENCE, code="invalid")
        return distance


class CountField(forms.CharField):
    """A whole number from 1, at most `most`; `empty` for none.

    A number over `most` is an error, except where `is_capped`: it is then `most`.
    """

    def __init__(self, *, empty: int, most: int, is_capped: bool, **kwargs) -> None:
        self.empty, self.most, self.is_capped = empty, most, is_capped
        super().__init__(**kwargs)

    def clean(self, value) -> int:
        text = self.to_python(value)
        if not text:
            return self.empty
        digits = text.lstrip("0") if text.isascii() and text.isdigit() else ""
        number = int(digits[: len(str(LAST_NUMBER))]) if digits else 0
        if number > self.most and self.is_capped:
            return self.most
        if not 1 <= number <= self.most:
            raise ValidationError(
                _("Please write a whole number from 1 to %(most)d.")
                if not self.is_capped
                else _("Please write a whole number from 1."),
                code="invalid",
                params={"most": self.most},
            )
        return number


class ExtentField(forms.CharField):
    """`west,south,east,north` in degrees as an Extent; None for none."""

    def clean(self, value) -> Extent | None:
        text = self.to_python(value).replace("−", "-")
        if not text:
            return None
        sides = [side.strip() for side in text.split(",")]
        try:
            if not all(map(_NUMBER.fullmatch, sides)):
                raise ValueError("no numbers")
            return Extent(*map(float, sides))
        except (TypeError, ValueError):
            raise ValidationError(
                _(
                    "This is no part of the map. Write its west, south, east and "
                    "north in degrees, as in -98.5,29.5,-97,31."
                ),
                code="invalid",
            ) from None


class ZoomField(forms.CharField):
    """A zoom of the map, 0 for the whole world at once; None for none."""

    def clean(self, value) -> int | None:
        text = self.to_python(value)
        if not text:
            return None
        is_number = text.isascii() and text.isdigit() and len(text) <= 2
        if not is_number or int(text) > LAST_ZOOM:
            raise ValidationError(
                _("Please write a whole number from 0 to %(most)d."),
                code="invalid",
                params={"most": LAST_ZOOM},
            )
        return int(text)


class SharedFields(dict):
    """Fields that all forms of a class share: nobody changes one, so none is copied."""

    def __deepcopy__(self, memo: dict) -> Self:
        return self


class SearchForm(forms.Form):
    """The parameters of a search beside each other."""

    def clean(self) -> dict:
        cleaned = super().clean()
        self._both_coordinates_or_none(cleaned)
        if cleaned.get("modality") and cleaned.get("visit") == "in-person":
            self.add_error(
                "modality",
                _(
                    "Video, phone and the like are ways of a remote visit. Ask for "
                    "remote visits too, or leave this out."
                ),
            )
        return cleaned

    def _both_coordinates_or_none(self, cleaned: dict) -> None:
        given = [
            name for name in ("lat", "lon") if cleaned.get(name, "bad") is not None
        ]
        if len(given) != 1:
            return
        sentence = _(
            "Half of your position is missing: we need both lat and lon. Use your "
            "location again, or write a place."
        )
        for name in ("lat", "lon"):
            if name not in self.errors:
                self.add_error(name, sentence)
