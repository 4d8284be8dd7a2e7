# 12,34,567: thousands, then lakhs and crores.
NUMBER_GROUPING = (3, 2, 0)
# Django's own leaves out which half of the day it is.
TIME_FORMAT = "g:i A"
