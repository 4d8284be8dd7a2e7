from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A curator or operator. Deactivated, never deleted: checks name who made them."""
