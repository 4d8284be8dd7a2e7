"""In which order the rows that an import depends on are held: one for everybody."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from ..facts import chunks
from ..models import Clinic, DataVersion


def hold(clinics: Iterable[int] | None = None) -> None:
    """Hold these clinics, all without a list, and then the versions of everything.

    Whoever saves a clinic holds it before the versions: who took the versions first
    would wait for the clinic of one who waits for the versions. Records and whatever
    else hangs on a clinic are held after both, by the same reason.
    """
    found = Clinic.objects.select_for_update(no_key=True).order_by("pk")
    lists = [found] if clinics is None else _of(found, clinics)
    for some in lists:
        for _ in some.values_list("pk").iterator():
            pass
    DataVersion.hold()


def _of(found: QuerySet[Clinic], clinics: Iterable[int]) -> Iterator[QuerySet[Clinic]]:
    for some in chunks(sorted(clinics)):
        yield found.filter(pk__in=some)
