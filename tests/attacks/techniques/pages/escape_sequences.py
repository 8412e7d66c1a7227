"""Prints sequences that move the cursor, set titles, make links or turn the direction of text."""
# %% first
print("\x1b]0;title\x07\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07\x1b[2J\x1b[1;1H96 points\x9b31m\x90q\x9c")
print("\u202etxet desrever\u2066\u2069 \x1b[31m<script>alert(1)</script>\x1b[0m\x00\x07\x08\x7f")
raise ValueError("\x1b]52;c;cm0gLXJm\x07")
