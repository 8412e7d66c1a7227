"""Makes the feedback page of a notebook: one HTML file without scripts, which needs no network.

Only :mod:`autograder.nbgrader_bridge` may import it; nbgrader finds the exporter by its name in the configuration.
"""
