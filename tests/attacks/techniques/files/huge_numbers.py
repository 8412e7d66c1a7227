"""Hands in JSON with numbers that take long to read, and duplicate keys."""
# %% submit
digits = "9" * 4_000
path.write_text('{"nbformat": 4, "nbformat": 4, "x": [%s], "cells": [], "cells": []}' % ",".join([digits] * 2000))
