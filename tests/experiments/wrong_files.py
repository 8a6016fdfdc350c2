"""Files that users might hand to the command, most of them wrong: pictures that are none, fields with NaN, result files
that lost their end."""
import os
import shutil
import struct
import zlib

from program import run

RESULT = "result/heat/heat_verification.h5"

# What `attune verify` says of files that can be opened and are wrong.
FAULTS = {
    "truncated.h5": "truncated.h5: .*truncated",
    "flipped.h5": "flipped.h5: ",
    "text.h5": "text.h5: is not an HDF5 file that can be read",
    "empty.h5": "empty.h5: is not an HDF5 file that can be read",
    "nowhere.h5": "nowhere.h5: there is no such file",
}


def has_h5py():
    try:
        import h5py  # noqa: F401  pylint: disable=unused-import
    except ImportError:
        return False
    return True


def write(folder, name, content):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(content)


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def png(width, height):
    """A grey picture of 8 bits that brightens to the right."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(range(1, width + 1))) * height
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def make_fields(folder):
    import h5py
    import numpy
    with h5py.File(os.path.join(folder, "fields.h5"), "w") as file:
        field = numpy.zeros((64, 64))
        file["infinite"] = numpy.where(numpy.arange(64) == 7, numpy.inf, field)
        field[3, 5] = numpy.nan
        file["nan"] = field
        file["four_axes"] = numpy.zeros((4, 4, 4, 4))
        file["words"] = "heat"
        file["empty"] = numpy.zeros((0, 8))
        file["scalar"] = 1.0
    with h5py.File(os.path.join(folder, "elsewhere.h5"), "w") as file:
        file["field"] = h5py.ExternalLink("fields.h5", "/nan")


def make(folder):
    code, out, err = run(["run", "heat/heat_verification", "--scale", "smoke", "--out", "result"], folder)
    assert code == 0, out + err
    code, out, err = run(["run", "heat/heat_verification", "--scale", "smoke", "--out", "other", "params.modes=[3]"], folder)
    assert code == 0, out + err
    shutil.copy(os.path.join(folder, "other/heat/heat_verification.h5"), os.path.join(folder, "other.h5"))
    result = read(folder, RESULT)
    write(folder, "truncated.h5", result[:len(result) // 2])
    snapshot = bytearray(read(folder, "result/heat/heat_verification.step00000020.h5"))
    snapshot[len(snapshot) * 3 // 4] ^= 4
    write(folder, "flipped.h5", bytes(snapshot))
    write(folder, "text.h5", b"heat\n" * 1000)
    write(folder, "empty.h5", b"")
    write(folder, "text.png", b"heat\n" * 1000)
    picture = png(64, 64)
    write(folder, "cut.png", picture[:40])
    write(folder, "spoilt.png", picture[:50] + b"\xff" + picture[51:])
    write(folder, "tiny.png", png(1, 1))
    write(folder, "short.pgm", b"P5 64 64 255\n" + bytes(100))
    write(folder, "binary.toml", bytes(range(256)))
    write(folder, "long.toml", b"# " + b"x" * (1 << 20))
    write(folder, "a_file", b"")
    os.makedirs(os.path.join(folder, "a_folder.toml"))
    os.makedirs(os.path.join(folder, "nothing"))
    if has_h5py():
        make_fields(folder)
