"""Hands in hundreds of large cells of prose, so that the page becomes too large to open."""
# %% submit
import json

path.write_text(json.dumps({**notebook, "cells": notebook["cells"] + [words("x " * 15_000)] * 900}))
