"""Never finishes when it is collected: finalizers, exit functions and __del__ that loop."""
# %% first
import atexit
import gc


class Never:
    def __del__(self):
        while True:
            pass


atexit.register(Never.__del__, None)
cycle = [Never()]
cycle.append(cycle)
del cycle
gc.collect()
