"""Notebook formats: percent text, cell roles, conversion to .ipynb, reading .ipynb under size limits, sanitizing.

Every package from :mod:`autograder.course` upwards may import it; it imports only :mod:`autograder.errors`.
"""
