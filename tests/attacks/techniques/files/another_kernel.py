"""Asks for a kernel of another language, whose command it brings along."""
# %% submit
import json

notebook["metadata"] = {
    "kernelspec": {"name": "bash", "language": "bash", "display_name": "sh", "argv": ["sh", "-c", "touch @MARK@"]},
    "language_info": {"name": "bash", "file_extension": ".sh"},
    "celltoolbar": "Create Assignment",
}
path.write_text(json.dumps(notebook))
(folder / "kernel.json").write_text(json.dumps(notebook["metadata"]["kernelspec"]))
