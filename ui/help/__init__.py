"""What each page says of itself at a click: how it works, in a screen's length, with a picture."""
