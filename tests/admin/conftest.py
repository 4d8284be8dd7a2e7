import pytest
from django.core.management import call_command
from django.test import Client

from locator.models import User


@pytest.fixture
def sign_in(db):
    """A function: a client of somebody with these roles, or of a superuser."""

    def client_of(*roles: str, **facts) -> Client:
        from django.contrib.auth.models import Group

        if not Group.objects.exists():
            # A test that may not roll back emptied the database.
            call_command("sync_roles", verbosity=0)
        name = "-".join(roles) or "superuser"
        person = User.objects.create(
            username=name, is_staff=True, is_superuser=not roles, **facts
        )
        person.groups.set(Group.objects.filter(name__in=roles))
        client = Client()
        client.force_login(person, "django.contrib.auth.backends.ModelBackend")
        client.person = person
        return client

    return client_of


@pytest.fixture
def desk(sign_in):
    """A curator at work."""
    return sign_in("curator")
