"""The class page: one HTML file with the statistics of a class, which works without a network and without JavaScript.

The command line imports :mod:`autograder.reporting.page.render`; nothing else is imported from outside.
"""
