"""Small files in the forms that weights are kept in, made without the libraries that read them."""

import io
import json
import pickle
import struct
import zipfile

SAM = ("image_encoder.blocks.0.norm1.weight", "prompt_encoder.a.weight", "mask_decoder.a.weight")
DINO = ("transformer.level_embed", "backbone.0.patch_embed.w", "bert.embeddings.w", "feat_map.w")
OTHER = ("conv1.weight", "layer1.0.conv1.weight", "fc.bias")


def torch_zip(content, protocol=2):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("m/data.pkl", pickle.dumps(content, protocol=protocol))
        archive.writestr("m/version", "3\n")
    return held.getvalue()


def state(names, prefix=""):
    return {f"{prefix}{name}": 0 for name in names}


def legacy(content):
    parts = [0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}, content, []]
    return b"".join(pickle.dumps(part, protocol=2) for part in parts)


def safetensors(names, *, size_bytes=4):
    header = {
        name: {"dtype": "F32", "shape": [1], "data_offsets": [4 * i, 4 * i + 4]}
        for i, name in enumerate(names)
    }
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    return struct.pack("<Q", len(text)) + text + b"\0" * size_bytes * len(names)


def varint(number):
    low = bytearray()
    while number > 0x7F:
        low.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*low, number])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def onnx(**properties):
    pairs = (field(1, k.encode()) + field(2, v.encode()) for k, v in properties.items())
    graph = field(7, b"g" * 300)
    return b"\x08\x08" + graph + b"".join(field(14, pair) for pair in pairs)


def hugging_face(folder, *, model_type="grounding-dino", names=None, left_out=()):
    folder.mkdir()
    names = ["model.text_backbone.embeddings.w"] if names is None else names
    files = {
        "config.json": json.dumps({"model_type": model_type}).encode(),
        "model.safetensors": safetensors(names),
        "preprocessor_config.json": b"{}",
        "tokenizer.json": b"{}",
        "README.md": b"a model",
    }
    for name, data in files.items():
        if name not in left_out:
            (folder / name).write_bytes(data)
    return folder


def put(path, data):
    path.write_bytes(data)
    return path
