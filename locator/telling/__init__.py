"""Facts in words, whatever page tells them."""
