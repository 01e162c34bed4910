"""NumPy's side of `make bench ONLY=ops`: the table of operations, which qkv.cpp has under the same names, in the same order. What is only
here is passed over."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


class Operand:
    """What an operation works on: `copies` arrays of numbers in [low, high), or whole numbers in that range, or marks."""

    def __init__(self, shape, low=-2.0, high=2.0, kind=np.float32, copies=1):
        self.shape, self.low, self.high, self.kind, self.copies = shape, low, high, kind, copies

    def __str__(self):
        return (f"{self.copies} x " if self.copies > 1 else "") + str(self.shape).replace(",)", ")")


def positive(*shape): return Operand(shape, 0.25, 2.25)
def below(end, *shape): return Operand(shape, 0.0, float(end), np.int64)
def marks(*shape): return Operand(shape, 0.0, 2.0, bool)
def many(copies, *shape): return Operand(shape, copies=copies)


def softmax(x, axis):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def log_softmax(x, axis):
    shifted = x - x.max(axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis, keepdims=True))


def logsumexp(x, axis):
    largest = x.max(axis, keepdims=True)
    return (largest + np.log(np.exp(x - largest).sum(axis, keepdims=True))).squeeze(axis)


def layer_norm(x, weight, bias):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + np.float32(1e-5)) * weight + bias


def gelu(x):
    return 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * (x * x * x))))


def one_hot(at, classes):
    result = np.zeros((at.size, classes), np.float32)
    result[np.arange(at.size), at] = 1
    return result


def scatter(x, axis, at, values):
    result = x.copy()
    np.put_along_axis(result, at, values, axis)
    return result


def conv1d(x, weight):
    return np.einsum("bclk,ock->bol", sliding_window_view(x, weight.shape[2], 2), weight, optimize=True)


def conv2d(x, weight):
    return np.einsum("bchwij,ocij->bohw", sliding_window_view(x, weight.shape[2:], (2, 3)), weight, optimize=True)


square, vector, few = (1000, 1000), (1000,), (250000, 4)

rows = [
    ("max", [square], lambda x: x.max()),
    ("max axis 0", [square], lambda x: x.max(0)),
    ("max axis 1", [square], lambda x: x.max(1)),
    ("max axis 1 of 3", [(100, 100, 100)], lambda x: x.max(1)),
    ("max of rows of 4", [few], lambda x: x.max(1)),
    ("min axis 0", [square], lambda x: x.min(0)),
    ("min axis 1", [square], lambda x: x.min(1)),
    ("argmax axis 0", [square], lambda x: x.argmax(0)),
    ("argmax axis 1", [square], lambda x: x.argmax(1)),
    ("argmax of rows of 4", [few], lambda x: x.argmax(1)),
    ("sum", [square], lambda x: x.sum()),
    ("sum axis 0", [square], lambda x: x.sum(0)),
    ("sum axis 1", [square], lambda x: x.sum(1)),
    ("sum axis 0, narrow", [(1000000, 3)], lambda x: x.sum(0)),
    ("sum axis 1, narrow", [(1000000, 3)], lambda x: x.sum(1)),
    ("mean axis 0", [square], lambda x: x.mean(0)),
    ("var axis 0", [square], lambda x: x.var(0)),
    ("var axis 1", [square], lambda x: x.var(1)),
    ("std axis 1", [square], lambda x: x.std(1)),
    ("norm axis 1", [square], lambda x: np.linalg.norm(x, axis=1)),
    ("logsumexp axis 0", [square], lambda x: logsumexp(x, 0)),
    ("logsumexp axis 1", [square], lambda x: logsumexp(x, 1)),
    ("cumsum axis 0", [square], lambda x: x.cumsum(0)),
    ("cumsum axis 1", [square], lambda x: x.cumsum(1)),
    ("topk 10 axis 1", [square], lambda x: np.flip(np.sort(np.partition(x, -10, 1)[:, -10:], 1), 1)),

    ("slice axis 0 step 2", [square], lambda x: x[::2].copy()),
    ("slice axis 1 step 2", [square], lambda x: x[:, ::2].copy()),
    ("slice columns 100:900", [square], lambda x: x[:, 100:900].copy()),
    ("select a column", [square], lambda x: x[:, 500].copy()),
    ("concat columns", [many(1000, 1000, 1)], lambda *x: np.concatenate(x, 1)),
    ("concat narrow parts", [many(3, 100000, 4)], lambda *x: np.concatenate(x, 1)),
    ("concat rows", [many(1000, 1, 1000)], lambda *x: np.concatenate(x, 0)),
    ("stack", [many(100, 100, 100)], lambda *x: np.stack(x)),
    ("stack axis -1", [many(100, 100, 100)], lambda *x: np.stack(x, -1)),
    ("transpose", [square], lambda x: x.T.copy()),
    ("transpose, tall", [(2000, 500)], lambda x: x.T.copy()),
    ("permute 0 2 1", [(64, 128, 64)], lambda x: x.transpose(0, 2, 1).copy()),
    ("permute 2 1 0", [(64, 128, 64)], lambda x: x.transpose(2, 1, 0).copy()),
    ("permute 0 2 1 3", [(32, 64, 8, 32)], lambda x: x.transpose(0, 2, 1, 3).copy()),
    ("reshape, transposed", [square], lambda x: x.reshape(500, 2000).T.copy()),
    ("expand", [(1000, 1)], lambda x: np.broadcast_to(x, square).copy()),
    ("flip axis 0", [square], lambda x: np.flip(x, 0).copy()),
    ("flip axis 1", [square], lambda x: np.flip(x, 1).copy()),
    ("tril", [square], lambda x: np.tril(x)),
    ("triu", [square], lambda x: np.triu(x)),
    ("embedding", [(10000, 64), below(10000, 20000)], lambda x, at: np.take(x, at, 0)),
    ("gather axis 1", [square, below(1000, *square)], lambda x, at: np.take_along_axis(x, at, 1)),
    ("gather axis 0", [square, below(1000, *square)], lambda x, at: np.take_along_axis(x, at, 0)),
    ("scatter axis 1", [square, below(1000, 1000, 1), (1000, 1)], lambda x, at, values: scatter(x, 1, at, values)),
    ("one_hot", [below(64, 20000)], lambda at: one_hot(at, 64)),
    ("masked_fill", [square, marks(*square)], lambda x, hidden: np.where(hidden, np.float32(-1), x)),
    ("where", [square, square, marks(*square)], lambda x, y, which: np.where(which, x, y)),

    ("matmul 4^3, 10000 times", [(10000, 4, 4)] * 2, lambda x, y: x @ y),
    ("matmul 16^3, 1000 times", [(1000, 16, 16)] * 2, lambda x, y: x @ y),
    ("matrix by vector", [square, vector], lambda x, y: x @ y),
    ("vector by matrix", [vector, square], lambda x, y: x @ y),
    ("vector by vector", [(1000000,)] * 2, lambda x, y: x @ y),
    ("matmul, tall", [(100000, 8), (8, 8)], lambda x, y: x @ y),
    ("matmul 64^3", [(64, 64)] * 2, lambda x, y: x @ y),
    ("matmul 1000^3", [square] * 2, lambda x, y: x @ y),
    ("conv1d", [(16, 32, 256), (64, 32, 5)], conv1d),
    ("conv2d", [(8, 8, 64, 64), (16, 8, 3, 3)], conv2d),

    ("add", [square, square], lambda x, y: x + y),
    ("add a row", [square, vector], lambda x, y: x + y),
    ("add a column", [square, (1000, 1)], lambda x, y: x + y),
    ("add rows of 4", [few, (4,)], lambda x, y: x + y),
    ("sub a number", [square], lambda x: x - 1.5),
    ("mul", [square, square], lambda x, y: x * y),
    ("div", [square, positive(*square)], lambda x, y: x / y),
    ("maximum", [square, square], lambda x, y: np.maximum(x, y)),
    ("minimum", [square, square], lambda x, y: np.minimum(x, y)),
    ("pow 1.5", [positive(*square)], lambda x: x ** 1.5),
    ("pow 2", [square], lambda x: x ** 2),
    ("pow 3", [square], lambda x: x ** 3),
    ("pow 0.7", [positive(*square)], lambda x: x ** 0.7),
    ("pow of tensors", [positive(*square), square], lambda x, y: x ** y),

    ("exp", [square], lambda x: np.exp(x)),
    ("log", [positive(*square)], lambda x: np.log(x)),
    ("log1p", [positive(*square)], lambda x: np.log1p(x)),
    ("sqrt", [positive(*square)], lambda x: np.sqrt(x)),
    ("abs", [square], lambda x: np.abs(x)),
    ("sin", [square], lambda x: np.sin(x)),
    ("cos", [square], lambda x: np.cos(x)),
    ("clamp", [square], lambda x: np.clip(x, -1, 1)),
    ("tanh", [square], lambda x: np.tanh(x)),
    ("sigmoid", [square], lambda x: 1 / (1 + np.exp(-x))),
    ("relu", [square], lambda x: np.maximum(x, 0)),
    ("leaky_relu", [square], lambda x: np.where(x < 0, np.float32(0.01) * x, x)),
    ("silu", [square], lambda x: x / (1 + np.exp(-x))),
    ("softplus", [square], lambda x: np.logaddexp(x, np.float32(0))),
    ("gelu, tanh", [square], gelu),

    ("softmax axis 0", [square], lambda x: softmax(x, 0)),
    ("softmax axis 1", [square], lambda x: softmax(x, 1)),
    ("softmax of rows of 4", [few], lambda x: softmax(x, 1)),
    ("log_softmax axis 0", [square], lambda x: log_softmax(x, 0)),
    ("log_softmax axis 1", [square], lambda x: log_softmax(x, 1)),
    ("layer_norm", [square, vector, vector], layer_norm),
    ("layer_norm of rows of 4", [few, (4,), (4,)], layer_norm),
]


def drawn(count, operand):
    """Numbers in [0, 1) that look drawn, each from its place alone: the same in both languages, to the last bit."""
    h = np.arange(count, dtype=np.uint32) + np.uint32(operand * 0x9E3779B9 % 2**32)
    h = (h ^ h >> np.uint32(16)) * np.uint32(0x85EBCA6B)
    h = (h ^ h >> np.uint32(13)) * np.uint32(0xC2B2AE35)
    return ((h ^ h >> np.uint32(16)) >> np.uint32(8)) / 2.0**24


def make(operands):
    made = []
    for operand in operands:
        for _ in range(operand.copies):
            values = operand.low + (operand.high - operand.low) * drawn(int(np.prod(operand.shape)), len(made))
            made.append((values if operand.kind is np.float32 else np.floor(values)).astype(operand.kind).reshape(operand.shape))
    return made


def fingerprint(result):
    """How many numbers, their sum, the sum of their sizes, and a sum in which each has a weight of its own, so that order counts."""
    numbers = np.asarray(result, np.float64).reshape(-1)
    return numbers.size, numbers.sum(), np.abs(numbers).sum(), numbers @ drawn(numbers.size, 99)


rows = [(name, [each if isinstance(each, Operand) else Operand(each) for each in operands], run) for name, operands, run in rows]
