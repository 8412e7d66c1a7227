"""Hands in two thousand cells, each of which prints as much as it may."""
# %% submit
import json

many = [code("print('x' * 2**18)") for _ in range(1900)]
path.write_text(json.dumps({**notebook, "cells": notebook["cells"] + many}))
