"""What pages of the desk say of the work that waits."""

from django import template

from .. import queues

register = template.Library()


@register.simple_tag(takes_context=True)
def claim_of(context, queue: str | None, item) -> queues.Held | None:
    """Who has the item of the queue; None where `queue` is no queue's code."""
    if queue not in queues.QUEUES or item in (None, ""):
        return None
    return queues.claimed(context["request"], queue, str(item))


@register.simple_tag(takes_context=True)
def queue_of(context, queue: str) -> queues.Queue:
    return queues.QUEUES[queue]


@register.filter
def may_work(queue: queues.Queue, person) -> bool:
    return queue.may_work(person)
