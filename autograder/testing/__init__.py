"""The API that hidden tests use, and the pytest session that runs them in the trusted process.

Test authors import these names from :mod:`autograder` itself. :mod:`autograder.grading` and the packages above it may
import the modules; they import :mod:`autograder.results`, :mod:`autograder.course`, the host side of the sandbox and
the protocol.
"""
