"""Hands in a time at which the parser of times fails in a way that nobody expects, where the whole class is recorded."""
# %% submit
(folder / "timestamp.txt").write_text("9" * 30 + "h", encoding="utf-8")
