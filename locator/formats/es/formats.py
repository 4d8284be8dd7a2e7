# As in the US and Mexico: elsewhere a comma there and a point here mean the reverse.
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
TIME_FORMAT = "g:i A"
