"""What our readable NumPy costs: the same digits network, batches and weights in dlcourse, PyTorch and scikit-learn, and one scalar graph against PyTorch."""
import time
import warnings

import numpy as np
import torch
from sklearn.neural_network import MLPClassifier

from dlcourse import data
from dlcourse.mlp import activations, autograd, backprop, losses

torch.set_num_threads(1)
EPOCHS, BATCH, LR = 10, 32, 0.1


def best(run, repeat=3):
    """Shortest of a few runs, in seconds."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def numpy_run(train):
    rng = np.random.default_rng(0)
    backprop.train(activations.init([64, 64, 10], rng), train.x, train.y, losses.softmax_xent, lr=LR, epochs=EPOCHS, batch_size=BATCH, rng=rng)


def torch_run(train):
    torch.manual_seed(0)
    x, y = torch.tensor(train.x), torch.tensor(train.y)
    net = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10)).double()
    optimizer = torch.optim.SGD(net.parameters(), lr=LR)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(x)).split(BATCH):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(net(x[rows]), y[rows]).backward()
            optimizer.step()


def sklearn_run(train):
    model = MLPClassifier(64, solver="sgd", momentum=0, alpha=0, learning_rate_init=LR, batch_size=BATCH, max_iter=EPOCHS, tol=0, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(train.x, train.y)


def chain(make, n=1000):
    """A sum of products of n scalars and its gradient."""
    leaves = [make(0.001 * i) for i in range(n)]
    total = leaves[0]
    for a, b in zip(leaves, leaves[1:]):
        total = total + a * b
    total.backward()


def main():
    train, _ = data.digits()
    ours = best(lambda: numpy_run(train))
    print(f"digits 64-64-10, {EPOCHS} epochs of batches of {BATCH}, one thread:")
    for name, run in (("PyTorch", torch_run), ("scikit-learn", sklearn_run)):
        print(f"  our NumPy takes {ours / best(lambda run=run: run(train)):.2f} times as long as {name}")
    mine = best(lambda: chain(autograd.Value))
    peer = best(lambda: chain(lambda v: torch.tensor(v, requires_grad=True)))
    print(f"graph of 1000 scalar products: our engine takes {mine / peer:.2f} times as long as PyTorch's")


if __name__ == "__main__":
    main()
