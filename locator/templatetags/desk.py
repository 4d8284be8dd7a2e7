"""What pages of the desk say of the work that waits."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from .. import queues
from ..models import Phone
from ..models.dates import worded
from ..queues.queue import Moment
from ..telling.wording import PhoneLine, phone_line

register = template.Library()


@register.simple_tag(takes_context=True)
def claim_of(context, queue: str | None, item) -> queues.Held | None:
    """Who has the item of the queue; None where `queue` is no queue's code."""
    if queue not in queues.QUEUES or item in (None, ""):
        return None
    return queues.claimed(context["request"], queue, str(item))


@register.simple_tag
def queue_of(code: str) -> queues.Queue:
    return queues.QUEUES[code]


@register.simple_tag(takes_context=True)
def desk_home(context) -> queues.Home | None:
    """What needs the person who looks; None for whom nothing waits here."""
    return queues.home(queues.QUEUES, context["request"].user)


@register.filter
def may_work(queue: queues.Queue, person) -> bool:
    return queue.may_work(person)


@register.filter
def dialled(phone: Phone) -> PhoneLine:
    """How a number is written, and what dials it."""
    return phone_line(phone, is_sample=phone.clinic.is_sample)


@register.filter
def moment(value: Moment) -> str:
    """A date in as many words as it is exact, always with its year; "" for none."""
    if isinstance(value, str):
        return worded(value) if value else ""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return date_format(value, "j M Y") if value else ""
