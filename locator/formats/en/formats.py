# Months in full: "Feb. 3" is not what a screen reader says.
DATE_FORMAT = "F j, Y"
