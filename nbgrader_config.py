"""Configures the course for nbgrader; every nbgrader command, formgrader and `autograder` read this file.

Preprocessors are given by name: nbgrader imports those of `autograder` from the installed package when it grades.
"""

c = get_config()  # type: ignore[name-defined]  # noqa: F821  # defined by the loader of this file

c.CourseDirectory.course_id = "chainrule"
c.CourseDirectory.solution_directory = "solutions"

# The stubs that students replace with their answers. These are nbgrader's defaults, set here because releases are
# compared byte for byte and must not depend on settings in ~/.jupyter.
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"

# nbgrader's default list without Execute: solutions have no outputs, because pictures and timings differ by machine.
c.GenerateSolution.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.ClearMarkScheme",
]

# `nbgrader autograde` and formgrader's button grade in the sandbox. Intake restores what students must not change.
# Grade takes the place of Execute, which would run the notebook in a kernel with the grader's own privileges, and of
# SaveAutoGrades, because it records the scores itself.
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

# nbgrader skips files whose names it does not know. With these two settings it goes through every notebook of the
# assignment instead, and Intake reads it: if `a1.ipynb` is missing, from `a1 (1).ipynb`, as `autograder grade` does.
c.Autograde.pre_convert_hook = "autograder.nbgrader_bridge.autograde.list_notebooks"
c.Autograde.exporter_class = "autograder.nbgrader_bridge.autograde.EmptyNotebook"

# `nbgrader collect`, formgrader's button for it and `nbgrader zip_collect` refuse links, devices, archives that unfold
# to gigabytes, and names of students that formgrader's pages would read as HTML. They log what they refuse.
# `nbgrader release_feedback` skips submissions that did not come by the exchange.
c.ExchangeFactory.list = "autograder.nbgrader_bridge.exchange.List"  # no errors in the log of a course without exchange
c.ExchangeFactory.collect = "autograder.nbgrader_bridge.exchange.Collect"
c.ExchangeFactory.release_feedback = "autograder.nbgrader_bridge.exchange.ReleaseFeedback"
c.ZipCollectApp.extractor_plugin = "autograder.nbgrader_bridge.exchange.Extractor"
c.ZipCollectApp.collector_plugin = "autograder.nbgrader_bridge.exchange.Collector"

# generate_feedback makes our feedback page, which reads grades and comments from the gradebook itself.
c.GenerateFeedback.exporter_class = "autograder.nbgrader_bridge.page.exporter.FeedbackExporter"
c.GenerateFeedback.preprocessors = []

# formgrader shows student notebooks with an HTMLExporter, which runs this preprocessor first. It corrects the other
# pages of formgrader as well. Formulas become MathML, so no page needs a network.
c.HTMLExporter.preprocessors = ["autograder.nbgrader_bridge.preprocessors.SafeFeedback"]
c.HTMLExporter.filters = {
    "markdown2html": "autograder.nbgrader_bridge.page.prose.markdown",
    "highlight_code": "autograder.notebooks.sanitize.highlight_code",
}
