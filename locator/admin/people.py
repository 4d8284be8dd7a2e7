"""Whom of the people who work here somebody may change, and what is told of it."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from ..models import User


def held_by(person: User) -> QuerySet[Permission]:
    """What `person` was given, by themselves or by groups, active or not."""
    return Permission.objects.filter(Q(user=person) | Q(group__user=person))


def may_manage(boss: User, person: User) -> bool:
    """Whether `boss` may change `person`: nobody who may do more than they do.

    Else a manager could take the place of somebody above, by a link to sign in.
    """
    if boss.is_superuser:
        return True
    if person.is_superuser or not boss.has_perm("locator.change_user"):
        return False
    return not held_by(person).exclude(pk__in=held_by(boss)).exists()


def groups_to_give(boss: User) -> QuerySet[Group]:
    """The groups that allow nothing which `boss` may not do."""
    groups = Group.objects.order_by("name")
    if boss.is_superuser:
        return groups
    beyond = Permission.objects.exclude(pk__in=held_by(boss))
    return groups.exclude(permissions__in=beyond)


def log(by: User, person: User, said: str) -> None:
    """Keep in the history of `person` what `by` did."""
    LogEntry.objects.log_actions(
        by.pk, [person], CHANGE, change_message=str(said), single_object=True
    )
