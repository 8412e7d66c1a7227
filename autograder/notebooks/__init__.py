"""Notebook formats: percent scripts, cell roles, conversion to and from .ipynb, size limits, HTML sanitizing.

:mod:`autograder.course` and every package above it may import this one; it imports only :mod:`autograder.errors`.
"""
