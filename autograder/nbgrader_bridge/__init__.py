"""Connects to nbgrader: its converters, its gradebook, preprocessors for its commands, and its feedback pages.

Only packages above it may import it: :mod:`autograder.reporting`, :mod:`autograder.authoring`,
:mod:`autograder.adoption` and the command line; and nbgrader_config.py calls ``configure`` by way of :mod:`autograder`.
Importing nbgrader takes a second, so the modules here are imported when they are needed.
"""
