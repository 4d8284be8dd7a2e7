"""How every room reads the environment."""

from environs import validate

from ..environment import Environment

# One for all rooms: what is wrong in any of them is told at once.
env = Environment()


def listed(name: str, default: list[str], **options) -> list[str]:
    """The values of a variable with commas between; spaces around them do not count."""
    return env.list(name, default, subcast=str.strip, **options)


def like(pattern: str, example: str) -> validate.Regexp:
    """Accepts nothing at all, or the whole of `pattern`."""
    shown = example.replace("{", "{{").replace("}", "}}")
    return validate.Regexp(rf"({pattern})?\Z", error=f"Write it like this: {shown}")


def each_like(pattern: str, example: str):
    """Accepts a list of values that are each the whole of `pattern`."""
    one = like(pattern, example)
    return lambda values: [one(value) for value in values]
