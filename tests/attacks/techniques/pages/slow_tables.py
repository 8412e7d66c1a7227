"""Writes tables in markdown that take a renderer very long: hundreds of them, one below the other, with an open code span."""
# %% submit
import json

made = json.loads(path.read_text(encoding="utf-8"))
made["cells"] += [words(("|a|\n|-|\n`" * 2500)[:20_000]) for _ in range(3)]
path.write_text(json.dumps(made), encoding="utf-8")
