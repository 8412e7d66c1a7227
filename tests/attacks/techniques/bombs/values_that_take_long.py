"""Returns objects whose attributes, lengths and texts take for ever or never end, at the moment they are sent."""
# %% answer=relative_error
class Endless(dict):
    def items(self):
        while True:
            yield {}, {}


class Slow(list):
    def __iter__(self):
        while True:
            yield Slow()


def relative_error(a, b, eps=1e-8):
    return Slow()
# %% answer=forward_diff
class Slow(float):
    def __float__(self):
        while True:
            pass


def forward_diff(f, x, h):
    return Slow(1.0)
# %% answer=wrong_gradients
class Slow(set):
    def __iter__(self):
        while True:
            yield "x"


wrong_gradients = Slow()
