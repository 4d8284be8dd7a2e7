"""What is asked of the database engine itself, not of the rows it holds."""

from django.db import connection
from django.db.models import Model


def analyze(*models: type[Model]) -> None:
    """Tell the engine how many rows these tables hold now.

    In the transaction that wrote many, so that its commit checks their keys by plans of
    now: PostgreSQL keeps those it made when a table was empty, and would read it whole
    for every key.
    """
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def take_time() -> None:
    """Let statements of this transaction run longer than a visitor's may."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
