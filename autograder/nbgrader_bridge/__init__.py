"""Connects to nbgrader: its converters, its gradebook, preprocessors for its commands, and its feedback pages.

Only :mod:`autograder.reporting`, :mod:`autograder.authoring` and the command line may import it. Importing nbgrader
takes a second, so the modules here are imported when they are needed.
"""
