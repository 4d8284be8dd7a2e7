"""The second factor that the desk asks for."""

import base64

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
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
                _("There is no user %r. `make admin` makes one.") % username
            ) from None
        if replace:
            TOTPDevice.objects.filter(user=person).delete()
        elif TOTPDevice.objects.filter(user=person).exists():
            raise CommandError(
                _("%s has an authenticator already: --replace takes it away.")
                % username
            )
        device = TOTPDevice.objects.create(user=person, name="authenticator")
        self.stdout.write(
            _(
                "For the authenticator app of %(name)s, and for nobody else's eyes.\n"
                "Address (or as a QR code): %(address)s\n"
                "Secret to type:            %(secret)s\n"
                "From now on the desk asks for name, password and the six digits that "
                "the app shows."
            )
            % {
                "name": username,
                "address": device.config_url,
                "secret": base64.b32encode(device.bin_key).decode(),
            }
        )
