"""The second factor that the desk asks for."""

import base64

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from ...models import User


class Command(BaseCommand):
    help = (
        "Give a user an authenticator, and print once what their app is to be told. "
        "--replace takes away the one they have, as when a phone is lost."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--replace", action="store_true")

    @transaction.atomic
    def handle(self, *args, username, replace, **options):
        try:
            person = User.objects.get(username=username)
        except User.DoesNotExist:
            raise CommandError(
                f"There is no user {username!r}. `make admin` makes one."
            ) from None
        if replace:
            TOTPDevice.objects.filter(user=person).delete()
        elif TOTPDevice.objects.filter(user=person).exists():
            raise CommandError(
                f"{username} has an authenticator already: --replace takes it away."
            )
        device = TOTPDevice.objects.create(user=person, name="authenticator")
        self.stdout.write(
            f"For {username}'s authenticator app, and for nobody else's eyes.\n"
            f"Address (or as a QR code): {device.config_url}\n"
            f"Secret to type:            {base64.b32encode(device.bin_key).decode()}\n"
            "From now on the desk asks for name, password and the six digits that "
            "the app shows."
        )
