"""Hands in JSON that is nested a million levels deep."""
# %% submit
path.write_bytes(b'{"nbformat": 4, "cells": ' + b"[" * 2**20 + b"]" * 2**20 + b"}")
