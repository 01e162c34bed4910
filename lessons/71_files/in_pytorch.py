#!/usr/bin/env python3
"""The other side of lesson 71: PyTorch reads what the lesson wrote, and writes what the lesson reads.

    apt-get install python3-torch
    make lesson-71 ARGS="--out pictures"                              writes pictures/71_to_pytorch.safetensors
    python3 lessons/71_files/in_pytorch.py pictures          reads it, compares; writes 71_from_pytorch.safetensors
    make lesson-71 ARGS="--from pictures/71_from_pytorch.safetensors" reads that, compares

    python3 lessons/71_files/in_pytorch.py                   writes pytorch_file.h anew (its weights are drawn from a seed)
"""
import base64
import json
import pathlib
import struct
import sys

import torch
from torch import nn

TYPES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}


def load(path):
    """A .safetensors file as {name: tensor}. (The safetensors package does the same; this is all there is to it.)"""
    data = pathlib.Path(path).read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    types = {name: dtype for dtype, name in TYPES.items()}
    tensors = {}
    for name, entry in header.items():
        first, end = (8 + size + offset for offset in entry["data_offsets"])
        tensors[name] = torch.frombuffer(bytearray(data[first:end]), dtype=types[entry["dtype"]]).reshape(entry["shape"])
    return tensors


def as_bytes(tensors):
    """The same the other way: the bytes of a .safetensors file."""
    header, data = {}, b""
    for name, tensor in tensors.items():
        tensor = tensor.detach().contiguous()
        numbers = bytes(tensor.view(torch.int16).numpy()) if tensor.element_size() == 2 else tensor.numpy().tobytes()
        header[name] = {"dtype": TYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(numbers)]}
        data += numbers
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


class Model(nn.Module):
    """The lesson's two networks, as struct Model in model.h has them."""

    def __init__(self):
        super().__init__()
        self.transformer = nn.Transformer(8, 2, 1, 1, 16, dropout=0, batch_first=True)
        self.lstm = nn.LSTM(3, 5, num_layers=2, batch_first=True)

    def outputs(self, given):
        """In double precision, so that what differs is the lesson's rounding alone."""
        self.double()
        src, tgt, steps = (given["input." + name].double() for name in ("src", "tgt", "steps"))
        with torch.no_grad():
            return {"output.transformer": self.transformer(src, tgt), "output.lstm": self.lstm(steps)[0]}


def inputs():
    return {"input.src": torch.randn(2, 5, 8), "input.tgt": torch.randn(2, 4, 8), "input.steps": torch.randn(2, 6, 3)}


def compare(folder):
    """Reads what the lesson wrote; then changes every weight, and writes that with PyTorch's answers."""
    file = load(folder / "71_to_pytorch.safetensors")
    model = Model()
    model.load_state_dict({name[6:]: tensor for name, tensor in file.items() if name.startswith("model.")})
    for name, theirs in model.outputs(file).items():
        difference = ((theirs - file[name]) / (1 + theirs.abs())).abs().max().item()
        print(f"{name:20} {tuple(theirs.shape)}  PyTorch and the lesson differ by at most {difference:.1e} of 1 + |x|")
        assert difference < 1e-6
    torch.manual_seed(1)
    given = inputs()
    with torch.no_grad():
        for parameter in model.float().parameters():
            parameter += 0.1 * torch.randn_like(parameter)
    tensors = {"model." + name: tensor for name, tensor in model.float().state_dict().items()}
    path = folder / "71_from_pytorch.safetensors"
    path.write_bytes(as_bytes({**tensors, **given, **model.outputs(given)}))
    print("written:", path)


def header(path):
    """A file as one is likely to download it: half precision, names with a prefix, one tensor too few, three too many."""
    torch.manual_seed(2)
    model = Model()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_((parameter + 0.2 * torch.randn_like(parameter)).half())  # so PyTorch too computes with the rounded numbers
        model.transformer.decoder.norm.bias.zero_()  # the one that will be missing
    given = inputs()
    tensors = {"module.model." + name: tensor.half() for name, tensor in model.state_dict().items()}
    del tensors["module.model.transformer.decoder.norm.bias"]
    tensors["module.model.embeddings.position_ids"] = torch.arange(4).reshape(1, 4)
    tensors["module.model.pooler.dense.weight"] = torch.zeros(2, 2).half()
    tensors["module.step"] = torch.tensor(1000)
    text = base64.b64encode(as_bytes({**tensors, **given, **model.outputs(given)})).decode()
    lines = [f'    "{text[i : i + 120]}"' for i in range(0, len(text), 120)]
    path.write_text(f"""#pragma once

// A file that PyTorch {torch.__version__} wrote (in_pytorch.py), in base64: the weights of an nn.Transformer and an nn.LSTM in half precision,
// what went in, and what PyTorch computed from it.
constexpr char pytorch_file[] =
""" + "\n".join(lines) + ";\n")
    print("written:", path)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        compare(pathlib.Path(sys.argv[1]))
    else:
        header(pathlib.Path(__file__).parent / "pytorch_file.h")
