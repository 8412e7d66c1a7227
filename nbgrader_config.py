"""Configures the course for nbgrader; every nbgrader command, formgrader and `autograder` read this file."""

import autograder

c = get_config()  # type: ignore[name-defined]  # noqa: F821  # defined by the loader of this file
autograder.configure(c)  # grade in the sandbox, collect safely, show our pages

c.CourseDirectory.course_id = "chainrule"
c.CourseDirectory.solution_directory = "solutions"

# The stubs that students replace with their answers. These are nbgrader's defaults, set here because releases are
# compared byte for byte and must not depend on settings in ~/.jupyter.
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"

# `nbgrader generate_solution` makes what `autograder build` makes: nbgrader's default list without Execute.
c.GenerateSolution.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.ClearMarkScheme",
]
