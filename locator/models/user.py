from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A curator or operator. Deactivated, never deleted: checks name who made them."""

    def __str__(self) -> str:
        """A person as the desk names them: by name, else by what they sign in with."""
        return self.get_full_name() or self.get_username()
