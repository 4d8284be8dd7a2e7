"""The second factor that the desk asks for."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from ... import second_factor
from ...models import User


class Command(BaseCommand):
    help = (
        "Give a user an authenticator and recovery codes, and print once what their "
        "app is to be told. --replace takes away those they have, as when a phone is "
        "lost."
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
        if second_factor.authenticator(person) and not replace:
            raise CommandError(
                _("%s has an authenticator already: --replace takes it away.")
                % username
            )
        key = second_factor.new_key()
        second_factor.set_up(person, key=key)
        self._tell(person, key, second_factor.new_codes(person))

    def _tell(self, person, key, codes):
        address = second_factor.address(person, key)
        second_factor.qr(address).terminal(out=self.stdout, compact=True)
        self.stdout.write(
            _(
                "For the authenticator app of %(name)s, and for nobody else's eyes.\n"
                "Square to scan above, or\n"
                "Address:        %(address)s\n"
                "Secret to type: %(secret)s\n"
                "Recovery codes: %(codes)s\n"
                "From now on the desk asks for name, password and the six digits that "
                "the app shows; each recovery code does once instead."
            )
            % {
                "name": person.get_username(),
                "address": address,
                "secret": second_factor.spelled(key),
                "codes": " ".join(codes),
            }
        )
