"""tests/experiments/test_layouts.py DIR

Trajectories beside the results of DIR are read as the loaders of The Well and of PDEBench read theirs.
"""
import glob
import os
import sys

try:
    import h5py
    import numpy as np
except ImportError:
    print("this python3 lacks h5py or numpy")
    sys.exit(77)


def read_the_well(path):
    """What WellDataset does: metadata, one sample, grid, padding of the boundaries."""
    with h5py.File(path, "r") as file:
        assert isinstance(file.attrs["dataset_name"], str) and file.attrs["grid_type"] == "cartesian"
        trajectories, dims = int(file.attrs["n_trajectories"]), int(file.attrs["n_spatial_dims"])
        for name in file.attrs["simulation_parameters"]:
            assert np.isfinite(file.attrs[name])
        steps = file["dimensions"]["time"].shape[-1]
        assert not file["dimensions"]["time"].attrs["sample_varying"]
        names = list(file["dimensions"].attrs["spatial_dims"])
        assert len(names) == dims
        size = tuple(file["dimensions"][d].shape[-1] for d in names)
        for d in names:
            assert not file["dimensions"][d].attrs["sample_varying"] and not file["dimensions"][d].attrs["time_varying"]
            assert file["dimensions"][d].dtype == np.float32
        seen = set()
        for name, condition in file["boundary_conditions"].items():
            assert condition.attrs["bc_type"].upper() in ("WALL", "OPEN", "PERIODIC")
            (dim,) = condition.attrs["associated_dims"]
            mask = condition["mask"][:]
            assert mask.dtype == bool and mask.shape == (size[names.index(dim)],) and mask[0] and mask[-1] and mask.sum() == 2
            if len(condition.attrs["associated_fields"]):
                assert condition["values"].shape == (2,)
            seen.add(dim)
        assert seen == set(names)
        for scalar in file["scalars"].attrs["field_names"]:
            assert not file["scalars"][scalar].attrs["time_varying"] and file["scalars"][scalar][()].dtype == np.float32
        for empty in ("t1_fields", "t2_fields"):
            assert list(file[empty].attrs["field_names"]) == []
        (field,) = file["t0_fields"].attrs["field_names"]
        data = file["t0_fields"][field]
        assert data.attrs["dim_varying"].tolist() == [True] * dims and data.attrs["dim_varying"].dtype == bool
        assert data.attrs["sample_varying"] and data.attrs["time_varying"]
        assert data.shape == (trajectories, steps, *size) and data.dtype == np.float32
        return file["dimensions"]["time"][:], data[:]


def read_pdebench(path):
    """What the loader of seeds does: a group a seed, data (t, x, .., channel), grid, config."""
    with h5py.File(path, "r") as file:
        fields = []
        for number, seed in enumerate(sorted(file.keys())):
            assert seed == f"{number:04d}"
            group = file[seed]
            data, time = np.array(group["data"], dtype="f"), np.array(group["grid"]["t"], dtype="f")
            axes = [np.array(group["grid"][a], dtype="f") for a in "xyz" if a in group["grid"]]
            assert group["data"].dtype == np.float32 and data.shape == (len(time), *map(len, axes), 1)
            assert "gamma_2: " in group.attrs["config"] and all(": " in line for line in group.attrs["config"].split("\n")[:-1])
            fields.append(data[..., 0])
        return time, np.stack(fields)


def decays(fields):
    """Diffusion takes size from every trajectory."""
    size = np.sqrt((fields.reshape(*fields.shape[:2], -1).astype(float) ** 2).mean(axis=-1))
    return np.isfinite(size).all() and (np.diff(size, axis=1) < 0).all()


def main(directory):
    wells = sorted(glob.glob(os.path.join(directory, "**", "*.the_well.hdf5"), recursive=True))
    assert wells, f"{directory} holds no file in the layout of The Well"
    for path in wells:
        time, fields = read_the_well(path)
        other_time, other = read_pdebench(path.replace(".the_well.", ".pdebench."))
        assert np.array_equal(fields, other) and np.array_equal(time, other_time), path
        assert decays(fields), path
        with h5py.File(path.split(".")[0] + ".h5", "r") as file:
            assert os.path.basename(path) in file["attached_file"].asstr()[:], path
    print(f"{len(wells)} pairs of files are read as their loaders do")


if __name__ == "__main__":
    main(sys.argv[1])
