"""Asks the websites of published clinics whether they are there, now and then."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Clinic, WebsiteCheck
from .asking import Asker

ASKED_AGAIN_AFTER = timedelta(days=7)
# One that was not there once: was it gone, or only away for an hour?
DOUBTED_AGAIN_AFTER = timedelta(days=1)
# One run asks no more: at a second a host it then ends within the hour.
MOST_AT_ONCE = 2000
URLS_A_WRITE = 50
THREADS = 8
# If so many answer nothing, one after the other, it is we who are cut off.
NEVER_ALL_GONE = 20


class CutOffError(Exception):
    """No website answers: the machine is not on the net. Nothing was noted."""


# What is wrong with a website by its address; "" for nothing.
Problems = Mapping[str, str]
Progress = Callable[[float], None]


def _silence(share: float) -> None:
    pass


def asker() -> Asker:
    """Who asks: under the site's name, with a way to reach whoever runs it."""
    contact = settings.LOCATOR_CONTACT_EMAIL or "no contact given"
    name = "".join(sign for sign in settings.LOCATOR_NAME if sign.isascii())
    agent = f"{name or 'Teleclinic Locator'} website check ({contact})"
    return Asker(user_agent="".join(sign for sign in agent if sign.isprintable()))


def check(
    *, asker: Asker, now: datetime | None = None, progress: Progress = _silence
) -> dict[str, int]:
    """Ask the websites that were not asked for a week, the longest ago first.

    Returns how many were `asked`, and how many were `broken`. What was found is
    written as it comes: a run that is cut off has not asked in vain. Raises CutOffError
    where it is clearly not the websites that are away.
    """
    now = now or timezone.now()
    urls = _due(now)
    tally = {"asked": 0, "broken": 0}
    for found in _asked(urls, asker):
        if len(found) >= NEVER_ALL_GONE and all(found.values()):
            raise CutOffError(_("No website answers: is this machine on the net?"))
        _write(found, now)
        tally["asked"] += len(found)
        tally["broken"] += sum(map(bool, found.values()))
        progress(tally["asked"] / len(urls))
    return tally


def _due(now: datetime) -> list[str]:
    """Addresses of websites to ask, each once, the longest not asked first."""
    public = Clinic.objects.published().real().exclude(website="")
    never = Q(website_check=None) | ~Q(website_check__url=F("website"))
    long_ago = Q(website_check__at__lt=now - ASKED_AGAIN_AFTER)
    doubted = Q(website_check__failures=1) & Q(
        website_check__at__lt=now - DOUBTED_AGAIN_AFTER
    )
    rows = public.filter(never | long_ago | doubted).order_by(
        F("website_check__at").asc(nulls_first=True), "pk"
    )
    urls = rows.values_list("website", flat=True).iterator()
    return _first_of(urls, MOST_AT_ONCE)


def _first_of(urls: Iterable[str], most: int) -> list[str]:
    found: dict[str, None] = {}
    for url in urls:
        found[url] = None
        if len(found) == most:
            break
    return list(found)


def _asked(urls: list[str], asker: Asker) -> Iterator[Problems]:
    """What came of asking, as it comes, some addresses at a time.

    Threads speak to websites alone, never to the database. The addresses of one host
    are asked by one thread, so that others do not wait for its turns.
    """
    kept: dict[str, str] = {}
    threads = ThreadPoolExecutor(THREADS)
    try:
        asked = [threads.submit(_problems, part, asker) for part in _by_host(urls)]
        for each in as_completed(asked):
            kept |= each.result()
            if len(kept) >= URLS_A_WRITE:
                yield kept
                kept = {}
    finally:
        threads.shutdown(cancel_futures=True)
    if kept:
        yield kept


def _by_host(urls: Iterable[str]) -> list[list[str]]:
    hosts: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        hosts[_host(url)].append(url)
    return list(hosts.values())


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _problems(urls: Iterable[str], asker: Asker) -> Problems:
    return {url: asker.problem(url) for url in urls}


@transaction.atomic
def _write(found: Problems, now: datetime) -> None:
    """Note what was found at every clinic that has one of these websites."""
    clinics = Clinic.objects.select_for_update(no_key=True).filter(website__in=found)
    websites = dict(clinics.order_by("pk").values_list("pk", "website"))
    kept = WebsiteCheck.objects.in_bulk(websites)
    WebsiteCheck.objects.bulk_create(
        [
            WebsiteCheck(
                clinic_id=pk,
                url=url,
                at=now,
                problem=found[url][:200],
                failures=_failures(kept.get(pk), url) if found[url] else 0,
            )
            for pk, url in websites.items()
        ],
        update_conflicts=True,
        unique_fields=["clinic"],
        update_fields=["url", "at", "problem", "failures"],
    )


def _failures(before: WebsiteCheck | None, url: str) -> int:
    """How often in a row it was not there, this time included."""
    return (before.failures if before and before.url == url else 0) + 1
