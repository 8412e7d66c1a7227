"""Corrects the pages of nbgrader's formgrader: names are escaped, nothing needs a network, and what they say is true.

Only :mod:`autograder.nbgrader_bridge` may import it. nbgrader has no setting for most of this, so ``pages`` and ``api``
change formgrader's classes in the process of the Jupyter server; ``submission_page`` extends its template.
"""
