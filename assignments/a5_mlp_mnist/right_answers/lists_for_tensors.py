# %% [markdown]
# Lists where tuples are usual, Python numbers where NumPy's are, and labels as a plain list.

# %% answer="batches"
def batches(X, y, B, generator):
    left, dealt = list(range(len(X))), []
    while left:
        index = [left.pop(int(torch.randint(len(left), (), generator=generator))) for _ in range(min(B, len(left)))]
        dealt.append([X[index], y[index]])
    return tuple(dealt)


# %% answer="train_epoch"
def train_epoch(params, X, y, B, lr, generator):
    total = 0
    for Xb, yb in batches(X, y, B, generator):
        logits, cache = forward(params, Xb)
        total = total + loss(logits, yb) * len(yb)
        for (W, b), (dW, db) in zip(params, backward(cache, yb)):
            W[:] = W - lr * dW
            b.copy_(b - lr * db)
    return float(total) / len(X)


# %% answer="evaluate"
def evaluate(params, X, y):
    predicted = forward(params, X)[0].argmax(1).tolist()
    return sum(a == b for a, b in zip(predicted, y.tolist())) / len(predicted)


# %% answer="seconds_per_epoch"
def seconds_per_epoch(epoch, device, repeats=3):
    cuda = "cuda" in str(device)
    epoch()
    readings_of_the_clock = []
    for _ in range(repeats):
        if cuda:
            torch.cuda.synchronize()
        before = time.time_ns()
        epoch()
        if cuda:
            torch.cuda.synchronize()
        readings_of_the_clock.append((time.time_ns() - before) / 1e9)
    return sorted(readings_of_the_clock)[repeats // 2]
