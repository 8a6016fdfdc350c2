"""Do the programs that people look at results with open Attune's files?

usage: test_open_files.py DIR     DIR holds what tests/core/results/write_sample wrote

A reader whose package is absent is skipped by name.
"""
import importlib.util
import os
import sys
import unittest

try:
    import numpy as np
except ImportError:
    print("python package numpy is absent")
    sys.exit(77)

DIRECTORY = "."
PLANE, BLOCK = (517, 1031), (67, 53, 131)


def path(name):
    return os.path.join(DIRECTORY, "family", name)


def numbered(shape):
    """The sample's fields: every cell holds its own row-major number [K]."""
    return np.arange(np.prod(shape), dtype=float).reshape(shape)


def needs(package):
    return unittest.skipUnless(importlib.util.find_spec(package), f"python package {package} is absent")


@needs("h5py")
class H5py(unittest.TestCase):
    def test_values_and_scales(self):
        import h5py

        with h5py.File(path("sample.h5"), "r") as file:
            np.testing.assert_array_equal(file["plane"], numbered(PLANE))
            np.testing.assert_array_equal(file["block"], numbered(BLOCK))
            np.testing.assert_array_equal(file["table"].dims[1]["level"], [1, 2, 4])
            self.assertTrue(h5py.h5ds.is_scale(file["level"].id))
            self.assertIn(file["table"].name, [file[r].name for r, _ in file["level"].attrs["REFERENCE_LIST"]])
            self.assertEqual(bytes(file["method"][1]), b"window")

    def test_nexus_links(self):
        import h5py

        with h5py.File(path("sample.h5"), "r") as file:
            entry = file[file.attrs["default"]]
            plot = entry[entry.attrs["default"]]
            signal = plot[plot.attrs["signal"]]
            for axis, length in zip(plot.attrs["axes"], signal.shape):
                self.assertEqual(plot[axis].shape, (length,))
            self.assertIn("table", entry)
            self.assertNotIn("block", entry)


class Xarray:
    def test_coordinates_become_dimensions(self):
        import xarray

        with xarray.open_dataset(path("sample.h5"), engine=self.engine) as data:
            self.assertEqual(data["table"].dims, ("method", "level"))
            self.assertEqual(data["table"].attrs["units"], "s")
            self.assertEqual(float(data["gap"].sel(level=2)), 0.25)
            self.assertEqual(data["plane"].dims, ("y", "x"))
            self.assertEqual(float(data["total"]), 42)

    def test_snapshot_has_its_cell_centres(self):
        import xarray

        with xarray.open_dataset(path("sample.step00000003.h5"), engine=self.engine, decode_times=False) as data:
            self.assertEqual(float(data["x"][0]), 2.125)
            self.assertEqual(float(data["y"][1]), 1.75)
            np.testing.assert_array_equal(data["plane"], numbered(PLANE))


@needs("xarray")
@needs("h5netcdf")
class XarrayH5netcdf(Xarray, unittest.TestCase):
    engine = "h5netcdf"


@needs("xarray")
@needs("netCDF4")
class XarrayNetcdf4(Xarray, unittest.TestCase):
    engine = "netcdf4"


@needs("netCDF4")
class Netcdf4(unittest.TestCase):
    def test_dimensions_and_words(self):
        import netCDF4

        with netCDF4.Dataset(path("sample.h5")) as file:
            self.assertEqual(file["table"].dimensions, ("method", "level"))
            self.assertEqual(list(file["method"][:]), ["dense", "window"])
            self.assertEqual(file["gap"].long_name, "error at end_time")


@needs("vtk")
class Vtk(unittest.TestCase):
    def read(self, name):
        import vtk

        reader = vtk.vtkHDFReader()
        reader.SetFileName(path(name))
        reader.Update()
        return reader.GetOutput()

    def test_a_field_of_three_axes(self):
        image = self.read("sample.step00000012.h5")
        self.assertEqual(image.GetDimensions(), BLOCK[::-1])
        self.assertEqual(image.GetPoint(1), (1.5, 0.5, 0.5))
        self.assertEqual(image.GetPointData().GetArray("heat").GetValue(12345), 12345)

    def test_a_field_of_two_axes_has_two_equal_layers(self):
        image = self.read("sample.step00000003.h5")
        self.assertEqual(image.GetDimensions(), PLANE[::-1] + (2,))
        values = image.GetPointData().GetArray("plane")
        for y, x in ((0, 0), (2, 1030), (516, 7)):
            for z in (0, 0.25):
                point = image.FindPoint(2.125 + 0.25 * x, 1.25 + 0.5 * y, z)
                self.assertEqual(values.GetValue(point), y * PLANE[1] + x)


if __name__ == "__main__":
    if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
        DIRECTORY = sys.argv.pop(1)
    unittest.main(verbosity=2)
