"""Hands in a file within the limit whose JSON takes up thirty times as much memory once it is parsed."""
# %% submit
filler = "[" + ",".join(['{"":0}'] * 4_500_000) + "]"
path.write_text('{"nbformat": 4, "cells": [], "metadata": %s}' % filler)
