"""However curators write, search entries say what the clinics say."""

from collections.abc import Callable

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from locator.models import Clinic, Organization
from locator.search import entries
from tests import making
from tests.desk import Page, change_url

pytestmark = pytest.mark.django_db

STATED = st.sampled_from(["yes", "no", "unknown"])
REGIONS = st.lists(
    st.sampled_from(["US-TX", "US-OK", "US", "IN"]), min_size=1, unique=True
)
STATUS = st.sampled_from(["published", "published", "draft", "withdrawn"])


def change_facts(desk, page, draw):
    page.save(
        name=draw(st.sampled_from(["River Clinic", "Lake", "Ñandú Care"])),
        region=draw(st.sampled_from(["US-TX", "IN-KA", None])),
        city=draw(st.sampled_from(["Austin", "Waco", None])),
        email=draw(st.sampled_from(["a@b.example", None])),
        languages=draw(st.lists(st.sampled_from(["en", "es", "ase"]), unique=True)),
        payments=draw(st.lists(st.sampled_from(["self-pay", "medicaid"]), unique=True)),
    )


def change_status(desk, page, draw):
    page.save(status=draw(STATUS), withdrawn_reason="closed")


def move_pin(desk, page, draw):
    latitude = draw(st.sampled_from([None, "0", "30.27", "-90", "90"]))
    longitude = (
        None if latitude is None else draw(st.sampled_from(["-180", "180", "0"]))
    )
    page.save(latitude=latitude, longitude=longitude, point_precision=None)


def change_hours(desk, page, draw):
    page.save(
        opening_hours=draw(st.sampled_from([None, "24/7", "Mo-Fr 09:00-17:00"])),
        time_zone="America/Chicago",
    )


def add_number(desk, page, draw):
    number = draw(st.sampled_from(["512 555 0123", "512 555 0124"]))
    purpose = draw(st.sampled_from(["main", "text", "fax"]))
    page.add("phones", number=number, purpose=purpose, position=1)
    page.save()


def delete_number(desk, page, draw):
    page.delete("phones")
    page.save()


def add_service(desk, page, draw):
    unknown = dict.fromkeys(
        ["first_visit_in_person", "sound_only", "interpreter", "referral"], "unknown"
    )
    page.add(
        "services",
        service_type=draw(st.sampled_from(["consultation", "appointment-booking"])),
        specialties=["skin"],
        remote=draw(STATED),
        in_person="yes",
        accepting=draw(STATED),
        minimum_age=draw(st.sampled_from([None, 12])) or "",
        new_regions=draw(REGIONS),
        new_basis="license",
        **unknown,
    )
    page.save()


def change_service(desk, page, draw):
    page.save(
        **{
            "services-0-remote": draw(STATED),
            "services-0-in_person": draw(STATED),
            "services-0-accepting": draw(STATED),
            "services-0-modalities": draw(
                st.lists(st.sampled_from(["video", "phone"]), unique=True)
            ),
            "services-0-new_regions": draw(REGIONS),
            "services-0-new_basis": draw(
                st.sampled_from(["license", "assumed_home_region", "unknown"])
            ),
        }
    )


def delete_service(desk, page, draw):
    page.delete("services")
    page.save()


def delete_coverage(desk, page, draw):
    page.delete("coverage")
    page.save()


def check(desk, page, draw):
    page.add("verifications", checked="all", method="phoned")
    page.save()


def act(desk, page, draw):
    answers = {
        "publish": {},
        "to_draft": {},
        "withdraw": {"_answered": "1", "reason": "closed"},
        "verify": {"_answered": "1", "method": "phoned", "checked": "all"},
        "delete_selected": {"post": "yes"},
    }
    action = draw(st.sampled_from(list(answers)))
    chosen = list(Clinic.objects.values_list("pk", flat=True))
    desk.post(
        "/admin/locator/clinic/",
        {"action": action, "_selected_action": chosen, **answers[action]},
    )


def delete_clinic(desk, page, draw):
    desk.post(page.url.replace("change", "delete"), {"post": "yes"})


def rename_organization(desk, page, draw):
    name = draw(st.sampled_from(["Trust", "Ångström"]))
    Page(desk, change_url(Organization.objects.get())).save(name=name)


WRITES: list[Callable] = [
    change_facts,
    change_status,
    move_pin,
    change_hours,
    add_number,
    delete_number,
    add_service,
    change_service,
    delete_service,
    delete_coverage,
    check,
    act,
    delete_clinic,
    rename_organization,
]


def start() -> None:
    trust = Organization.objects.create(name="The Trust")
    # Two of everything, so that one can go and the clinic may still be public.
    services = [
        {"covers": ["US-TX", "US-NM"]},
        {"covers": ["US-TX"], "type": "reminders"},
    ]
    clinic = making.make_clinic(
        "River Clinic", organization=trust, services=services, at=(30.2, -97.7)
    )
    clinic.phones.create(number="+15125550150", purpose="text")
    entries.rebuild([clinic.pk])
    making.make_clinic("Draft", covers=["US-OK"], status="draft")


def write(desk, how: Callable, draw: Callable, clinic: Clinic) -> None:
    how(desk, Page(desk, change_url(clinic)), draw)


@pytest.mark.parametrize("how", WRITES, ids=lambda how: how.__name__)
@settings(max_examples=3)
@given(data=st.data())
def test_each_way_to_write_keeps_search_entries_true(sign_in_once, how, data):
    with transaction.atomic():
        start()

        write(sign_in_once, how, data.draw, Clinic.objects.get(name="River Clinic"))

        assert entries.differences() == []
        transaction.set_rollback(True)


@settings(max_examples=6)
@given(data=st.data(), ways=st.lists(st.sampled_from(WRITES), min_size=2, max_size=6))
def test_any_row_of_writes_keeps_search_entries_true(sign_in_once, data, ways):
    with transaction.atomic():
        start()

        for how in ways:
            if clinics := list(Clinic.objects.order_by("pk")):
                clinic = data.draw(st.sampled_from(clinics))
                write(sign_in_once, how, data.draw, clinic)

        assert entries.differences() == []
        transaction.set_rollback(True)


@pytest.fixture
def sign_in_once(sign_in):
    return sign_in()
