"""Brings existing nbgrader courses to Chainrule: `autograder init`.

Only :mod:`autograder.cli` imports it; it may import every other package.
"""
