#!/usr/bin/env python3
"""Writes files/*.h5: what someone else may hand to Attune, good, odd and hostile. Needs h5py; the files are kept in the
repository, so that the test does not."""
import os

import h5py
import numpy as np

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "files")
SOURCES = {}


def file(maker):
    SOURCES[maker.__name__] = maker
    return maker


def sparse(f, name, shape, chunks, dtype="f8"):
    """A data set that claims a shape and stores nothing."""
    f.create_dataset(name, shape=shape, chunks=chunks, dtype=dtype)


@file
def good(f):
    data = np.arange(35.0).reshape(5, 7)
    f.create_dataset("map", data=data, chunks=(2, 3), compression="gzip", shuffle=True, fletcher32=True)
    f.create_dataset("group/whole", data=np.arange(6, dtype="i2").reshape(1, 2, 3))
    f.create_dataset("words", data=np.array([b"one", b"two"]))
    f["loop"] = f["/"]
    f["soft"] = h5py.SoftLink("/group/whole")
    holes = data.copy()
    holes[3, 4] = np.nan
    f["holes"] = holes


@file
def external_link(f):
    f["map"] = h5py.ExternalLink("other.h5", "/map")


@file
def nested_external_link(f):
    f.create_group("a/b/c")["d"] = h5py.ExternalLink("/etc/passwd", "/")


@file
def soft_link_through_external_link(f):
    f["door"] = h5py.ExternalLink("other.h5", "/")
    f["map"] = h5py.SoftLink("/door/map")


@file
def external_storage(f):
    f.create_dataset("map", shape=(16,), dtype="u1", external=[("/etc/passwd", 0, 16)])


@file
def virtual(f):
    layout = h5py.VirtualLayout(shape=(4,), dtype="f8")
    layout[:] = h5py.VirtualSource("other.h5", "map", shape=(4,))
    f.create_virtual_dataset("map", layout)


@file
def dangling_soft_link(f):
    f["map"] = h5py.SoftLink("/nowhere")


@file
def soft_link_loop(f):
    f["a"] = h5py.SoftLink("/b")
    f["b"] = h5py.SoftLink("/a")


@file
def plugin_filter(f):
    f.create_dataset("map", data=np.zeros(16), chunks=(16,), compression="lzf")


@file
def scale_offset(f):
    f.create_dataset("map", data=np.zeros(16, "i4"), chunks=(16,), scaleoffset=4)


@file
def overflowing_shape(f):
    sparse(f, "map", (1 << 31, 1 << 31, 1 << 31), (1, 1, 8))


@file
def too_large(f):
    sparse(f, "a", (1 << 30,), (1024,))
    sparse(f, "b", (1 << 30, 2), (1024, 1))


@file
def long_words(f):
    sparse(f, "map", (64,), (1,), dtype="S1000000000")


@file
def huge_chunks(f):
    sparse(f, "map", (1 << 28,), (1 << 28,))


@file
def nine_dimensions(f):
    f["map"] = np.zeros((1,) * 9)


@file
def compound(f):
    f["map"] = np.zeros(3, dtype=[("a", "f8"), ("b", "i4")])


@file
def references(f):
    f["map"] = 1.0
    f.create_dataset("ref", data=f["map"].ref, dtype=h5py.ref_dtype)


@file
def ragged(f):
    data = f.create_dataset("map", (2,), dtype=h5py.vlen_dtype("f8"))
    data[0] = [1, 2, 3]


@file
def opaque(f):
    f.create_dataset("map", data=np.array([np.void(b"abcd")]))


def user_defined_link(path):
    """No public call of h5py makes one: an external link (kind 64) whose kind is changed to 77."""
    with h5py.File(path, "w", libver="earliest") as f:
        f["map"] = h5py.ExternalLink("other.h5", "/map")
    with open(path, "r+b") as f:
        data = bytearray(f.read())
        name = data.find(b"\x03map")
        kind = data.rfind(b"\x40", 0, name)
        data[kind] = 77
        f.seek(0)
        f.write(data)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    for name, maker in SOURCES.items():
        with h5py.File(os.path.join(FOLDER, name + ".h5"), "w", libver="latest") as f:
            maker(f)
    user_defined_link(os.path.join(FOLDER, "user_defined_link.h5"))


if __name__ == "__main__":
    main()
