"""The settings by which nbgrader's commands and formgrader grade through Chainrule.

nbgrader reads them from nbgrader_config.py: ``import autograder; autograder.configure(c)``.
"""

from __future__ import annotations

from typing import Any

_BRIDGE = "autograder.nbgrader_bridge"


def configure(c: Any, **limits: float) -> None:
    """Makes every command of nbgrader that handles submissions use the sandbox, its checks and its pages.

    Call it in nbgrader_config.py with the ``c`` of that file; what the file sets afterwards has precedence. ``limits``
    are those of submissions to assignments made with plain nbgrader, such as ``memory_mb=4096``: the names in [limits]
    of an assignment.toml. All classes are given by name, so nothing is imported before nbgrader needs it.
    """
    _autograde(c)
    _collect(c)
    _show(c)
    if limits:
        c.Autograder.limits = limits


def _autograde(c: Any) -> None:
    """Sets how `nbgrader autograde` and formgrader's button grade.

    Intake restores what students must not change. Grade takes the place of Execute, which would run the notebook in a
    kernel with the grader's own privileges, and of SaveAutoGrades, because it records the scores itself.
    """
    c.Autograde.sanitize_preprocessors = [
        f"{_BRIDGE}.preprocessors.Intake",
        "nbgrader.preprocessors.OverwriteKernelspec",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.Autograde.autograde_preprocessors = [
        f"{_BRIDGE}.preprocessors.Grade",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    # nbgrader skips files whose names it does not know. With these two it goes through every notebook of the assignment
    # instead, and Intake reads it: if `a1.ipynb` is missing, from `a1 (1).ipynb`, as `autograder grade` does.
    c.Autograde.pre_convert_hook = f"{_BRIDGE}.autograde.list_notebooks"
    c.Autograde.exporter_class = f"{_BRIDGE}.autograde.EmptyNotebook"


def _collect(c: Any) -> None:
    """Sets what `nbgrader collect`, formgrader's button for it and `nbgrader zip_collect` refuse.

    That is links, devices, archives that unfold to gigabytes, and names of students that formgrader's pages would read
    as HTML; the log says what was refused. `nbgrader release_feedback` skips what did not come by the exchange.
    """
    c.ExchangeFactory.list = f"{_BRIDGE}.exchange.List"  # no errors in the log of a course without exchange
    c.ExchangeFactory.collect = f"{_BRIDGE}.exchange.Collect"
    c.ExchangeFactory.release_feedback = f"{_BRIDGE}.exchange.ReleaseFeedback"
    c.ZipCollectApp.extractor_plugin = f"{_BRIDGE}.exchange.Extractor"
    c.ZipCollectApp.collector_plugin = f"{_BRIDGE}.exchange.Collector"


def _show(c: Any) -> None:
    """Sets how students' notebooks are shown: on our feedback page, and by formgrader without active content.

    formgrader shows notebooks with an HTMLExporter, which runs SafeFeedback first; that corrects the other pages of
    formgrader as well. Formulas become MathML, so no page needs a network.
    """
    c.GenerateFeedback.exporter_class = f"{_BRIDGE}.page.exporter.FeedbackExporter"
    c.GenerateFeedback.preprocessors = []  # the page reads grades and comments from the gradebook itself
    c.HTMLExporter.preprocessors = [f"{_BRIDGE}.preprocessors.SafeFeedback"]
    c.HTMLExporter.filters = {
        "markdown2html": f"{_BRIDGE}.page.prose.markdown",
        "highlight_code": "autograder.notebooks.sanitize.highlight_code",
    }
