"""Encodes values, arrays and expressions as frames on a socket; the trusted process and the sandbox both load it.

Every other package may import it; it imports only :mod:`autograder.errors`. Whatever is added here is also in the
memory of every student's process, so nothing that a student must not see belongs in it.
"""
