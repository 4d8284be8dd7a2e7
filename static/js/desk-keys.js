// Keys of the desk.
