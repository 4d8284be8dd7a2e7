"""The lookup `begins`: texts with a prefix, by an index, on either engine."""

from django.db.models import CharField, Lookup

# Behind every other sign, in the order of code points that both engines keep.
LAST_SIGN = "\U0010ffff"


@CharField.register_lookup
class Begins(Lookup):
    """Whether a text begins with another, compared sign by sign.

    LIKE would do the same, but SQLite uses no index for it. On PostgreSQL the index has
    to have the operator class `varchar_pattern_ops`, whatever the collation.
    """

    lookup_name = "begins"

    def as_sql(self, compiler, connection, first=">=", last="<"):
        column, params = self.process_lhs(compiler, connection)
        sql = f"({column} {first} %s AND {column} {last} %s)"
        return sql, [*params, self.rhs, *params, self.rhs + LAST_SIGN]

    def as_postgresql(self, compiler, connection):
        return self.as_sql(compiler, connection, first="~>=~", last="~<~")
