"""Provokes an error in the function it is given, whose text names the test, its values or its file."""
# %% answer=directional_check
import traceback


def directional_check(f, g, x, rng, k):
    for _ in range(2 * k):
        f(x + 1e-5 * rng.standard_normal(np.shape(x)))
    said = ""
    for wrong in ((), (x, x, x, x), ("text",), (None,), ([],), (np.zeros((2, 3, 5)),), ({},)):
        try:
            g(*wrong)
        except Exception as error:
            said += f"{type(error)} {error} " + "".join(traceback.format_exception(error))
    return not any(word in said for word in ("doubled", "negated", "wrong", "<lambda>", "shifted"))
# %% honest=directional_check
def directional_check(f, g, x, rng, k):
    for _ in range(2 * k):
        f(x + 1e-5 * rng.standard_normal(np.shape(x)))
    return True
