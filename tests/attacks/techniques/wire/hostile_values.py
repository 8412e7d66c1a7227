"""Answers with values at every limit: huge integers, deep lists, colliding keys, surrogates, millions of items."""
# %% answer=relative_error
made = 0


def nested(depth):
    found = 1.0
    for _ in range(depth):
        found = [found]
    return found


def relative_error(a, b, eps=1e-8):
    global made
    made += 1
    kinds = [
        lambda: 10**1200, lambda: nested(39), lambda: nested(100), lambda: "\ud800" * 1000, lambda: [0] * 10**6,
        lambda: {k * (2**61 - 1): 0 for k in range(1900)}, lambda: {"x" * 10**5: 0}, lambda: [[]] * 500_000,
        lambda: complex("nan+infj"), lambda: {(-1, -2) * 20: 0, (-2, -1) * 20: 1}, lambda: np.float16("nan"),
        lambda: bytes(2**24), lambda: np.zeros((1,) * 32), lambda: frozenset({float("nan")}), lambda: range(10**9),
    ]
    return kinds[int(np.sum(np.abs(a)) * 97) % len(kinds)]()
# %% answer=central_diff
def central_diff(f, x, h):
    return [[[]] * 300_000, {str(k): [k] for k in range(100_000)}]
