"""The course as nbgrader sees it; every nbgrader command, formgrader and `autograder` read this file.

Names of our own preprocessors are strings: nbgrader imports them when it grades, from the installed package.
"""

c = get_config()  # type: ignore[name-defined]  # noqa: F821  # the loader puts this name into the file

c.CourseDirectory.course_id = "chainrule"
c.CourseDirectory.solution_directory = "solutions"

# What students find where an answer belongs. nbgrader's own words, fixed here because releases are compared
# byte for byte and a setting in somebody's ~/.jupyter must not change them.
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"

# A solution carries no outputs: pictures and timings differ between machines. nbgrader's list, less Execute.
c.GenerateSolution.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.ClearMarkScheme",
]

# `nbgrader autograde` and formgrader's button grade in the sandbox. Intake restores what students must not
# change; Grade stands where Execute would run the notebook in a kernel with the grader's own rights, and
# records the scores itself, so SaveAutoGrades has nothing left to read off the outputs.
c.Autograde.sanitize_preprocessors = [
    "autograder.nbgrader_bridge.preprocessors.Intake",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "autograder.nbgrader_bridge.preprocessors.Grade",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# nbgrader skips a file whose name it does not know. With these two it asks for every notebook of the assignment, and
# Intake reads it: where `a1.ipynb` is missing, that may be `a1 (1).ipynb`, as it is for `autograder grade`.
c.Autograde.pre_convert_hook = "autograder.nbgrader_bridge.autograde.list_notebooks"
c.Autograde.exporter_class = "autograder.nbgrader_bridge.autograde.EmptyNotebook"

# Student notebooks are shown as HTML by generate_feedback and by formgrader; both build an HTMLExporter, and
# both run this first, before grades and comments are added.
c.HTMLExporter.preprocessors = ["autograder.nbgrader_bridge.preprocessors.SafeFeedback"]
c.HTMLExporter.filters = {"markdown2html": "autograder.notebooks.sanitize.markdown2html"}
