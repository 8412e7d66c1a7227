# %% [markdown]
# Plain Python numbers and loops, where the time allows it; lists come out.

# %% answer="softmax"
def softmax(Z):
    rows = []
    for row in Z.tolist():
        powers = [np.exp(z - max(row)) for z in row]
        rows.append([float(p / sum(powers)) for p in powers])
    return rows


# %% answer="log_softmax"
def log_softmax(Z):
    return [[float(z - max(row) - np.log(sum(np.exp(w - max(row)) for w in row))) for z in row] for row in Z.tolist()]


# %% answer="one_hot"
def one_hot(labels, C):
    return [[int(label == column) for column in range(C)] for label in labels]


# %% answer="cross_entropy"
def cross_entropy(Z, labels):
    costs = [-row[label] for row, label in zip(log_softmax(Z), labels)]
    return sum(costs) / len(costs)


# %% answer="dlogits"
def dlogits(Z, labels):
    truth = one_hot(labels, Z.shape[1])
    return [[(p - t) / len(truth) for p, t in zip(*rows)] for rows in zip(softmax(Z), truth)]


# %% answer="softmax_jacobian"
def softmax_jacobian(z):
    p = softmax(z[None])[0]
    return [[p[i] * ((i == k) - p[k]) for k in range(len(p))] for i in range(len(p))]


# %% answer="through_jacobian"
def through_jacobian(z, label):
    p = softmax(z[None])[0]
    return [-entry / p[label] for entry in softmax_jacobian(z)[label]]


# %% answer="linear_grads"
def linear_grads(X, W, b, labels):
    Z = X @ W.T + b
    Z -= Z.max(axis=1, keepdims=True)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    loss = np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(X)), labels])
    dW, db = [], []
    for c in range(len(W)):
        errors = P[:, c] - (labels == c)
        dW.append([float(np.mean(errors * X[:, d])) for d in range(X.shape[1])])
        db.append(float(np.mean(errors)))
    return loss, dW, db


# %% answer="soft_cross_entropy"
def soft_cross_entropy(Z, Y, T=1.0):
    loss = -sum(y * l for rows in zip(Y, log_softmax(Z / T)) for y, l in zip(*rows)) / len(Z)
    return [loss, [[(p - y) / len(Z) / T for p, y in zip(*rows)] for rows in zip(softmax(Z / T), Y)]]


# %% answer="sigmoid_cross_entropy"
def sigmoid_cross_entropy(Z, Y):
    loss, gradient = 0.0, []
    for scores, labels in zip(Z, Y):
        pairs = np.array([[s, 0.0] if t else [0.0, s] for s, t in zip(scores, labels)])
        loss += cross_entropy(pairs, np.zeros(len(pairs), dtype=int)) * len(pairs) / len(Z)
        gradient.append([(softmax(np.array([[s, 0.0]]))[0][0] - t) / len(Z) for s, t in zip(scores, labels)])
    return loss, gradient


# %% answer="loop_grads"
def loop_grads(X, dZ):
    examples, features, classes = range(len(X)), range(X.shape[1]), range(dZ.shape[1])
    dW = [[sum(float(dZ[n, i] * X[n, j]) for n in examples) for j in features] for i in classes]
    return dW, [sum(float(dZ[n, i]) for n in examples) for i in classes]
