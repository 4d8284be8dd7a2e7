"""What a worker looks for in the background, for the queues of clinics."""

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext as _

from .. import inspecting, tasks
from ..inspecting import websites
from ..models import Task

Progress = Callable[[float], None]


@tasks.register(Task.Kind.INSPECT)
def inspect(task: Task, progress: Progress) -> dict[str, int]:
    """Look at every clinic anew; the result says how many there were."""
    return {"clinics": inspecting.refresh_all(progress)}


@tasks.register(Task.Kind.WEBSITES)
def ask_websites(task: Task, progress: Progress) -> dict[str, int]:
    """Ask the websites whose turn it is, where the operator allows it."""
    if not settings.LOCATOR_CHECK_WEBSITES:
        raise tasks.TaskFailedError(
            _("Websites are not asked here: the operator has not turned it on.")
        )
    try:
        return websites.check(asker=websites.asker(), progress=progress)
    except websites.CutOffError as error:
        raise tasks.TaskFailedError(str(error)) from None
