"""The rules of the tree, held against the text of the sources. Each takes the root of a tree and yields faults, a line
each: "PATH:LINE: what is wrong". Standard library only."""
import os
import re
import tomllib

LAYERS = ("core", "attention", "bench", "training", "solvers", "experiments", "examples", "tests")

# What a folder may include; the longest prefix that fits decides. Experiments among themselves: see may_meet().
MAY_INCLUDE = {
    "core/core": ("core/core",),
    "core/domain": ("core/core", "core/domain"),
    "core/deck": ("core/core", "core/deck"),
    "core/results": ("core/core", "core/domain", "core/results"),
    "attention": ("core/core", "attention"),
    "training": ("core", "attention", "training"),
    "solvers": ("core", "solvers"),
    "bench": ("core/core", "attention", "bench"),
    "experiments": ("core", "attention", "bench", "training", "solvers", "experiments"),
    "examples": ("core", "attention", "training", "solvers"),
    "tests": LAYERS,
}
MAY_SEE_MPI = ("core/domain/", "core/results/", "experiments/main.cpp", "experiments/command/", "tests/support/main_mpi.cpp")
MAY_SEE_HDF5 = ("core/results/", "tests/core/results/")
MAY_REDUCE = ("core/core/sum.hpp", "solvers/traffic/counters.hpp")  # the latter whole numbers and a maximum alone
# Words of one vendor's devices, and the files that may say them: everything else is Kokkos's.
OF_ONE_DEVICE = (
    ("CUDA", re.compile(r"\w*cuda\w*|\bcublas\w*|\b__(global|device|host|shared|launch_bounds)__\b", re.IGNORECASE),
     ("attention/tensor_cores/cuda.hpp", "training/layers/matmul_cuda.cpp", "core/core/simd_machine.hpp")),
    ("HIP", re.compile(r"\b(Kokkos::HIP|hip[A-Z_]\w*|hipblas\w*|rocblas\w*|\w*_HIP(CC)?\w*)\b"),
     ("training/layers/matmul_hip.cpp", "core/core/simd_machine.hpp")),
    ("asm", re.compile(r"\b(asm|__asm__)\b"), ("attention/tensor_cores/cuda.hpp", "core/core/simd_registers.hpp")),
)
INTEGERS_OF_MPI = re.compile(r"\bMPI_(U?INT\d*_T|INT|LONG|UNSIGNED)\b")
NO_TEXT = (".png", ".pgm", ".h5", ".pyc")


def is_below(path, folder):
    return path == folder or path.startswith(folder + "/")


def source_files(root):
    """Paths of C++ sources below the layers, from the root."""
    return [path for path in text_files(root) if path.endswith((".hpp", ".cpp")) and path.split("/")[0] in LAYERS]


def text_files(root):
    found = []
    for folder, folders, files in os.walk(root):
        below = os.path.relpath(folder, root)
        folders[:] = sorted(f for f in folders if f not in (".git", "__pycache__")
                            and not (below == "." and (f.startswith("build") or f == "results")))
        found += [os.path.normpath(os.path.join(below, file)) for file in sorted(files) if not file.endswith(NO_TEXT)]
    return found


def lines(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read().split("\n")


def code_lines(root, path):
    """The lines without comments and without what stands in strings."""
    pattern = re.compile(r'R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)

    def blank(match):
        return re.sub(r"[^\n]", " ", match.group())

    return pattern.sub(blank, "\n".join(lines(root, path))).split("\n")


def includes(root, path):
    """(line, what, quoted) of every #include."""
    for number, line in enumerate(lines(root, path), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match.group(2), match.group(1) == '"'


def may_meet(path, included):
    """Of two files below experiments/: a family sees its own parts and what lies beside the families, nothing else."""
    inner, outer = path.split("/"), included.split("/")
    if len(outer) == 2:  # experiments/experiment.hpp
        return included != "experiments/registry.hpp" or len(inner) == 2 or inner[1] == "command"
    if outer[1] == "command":
        return inner[1] in ("command", "main.cpp")
    return len(inner) > 2 and inner[1] == outer[1] and outer[2] == "parts"


def dependency_faults(root):
    for path in source_files(root):
        prefix = max((p for p in MAY_INCLUDE if is_below(path, p)), key=len, default=None)
        for number, included, quoted in includes(root, path):
            of_suite = included.split("/")[0] in LAYERS and "/" in included
            where = f"{path}:{number}: "
            if not of_suite:
                if quoted and not path.startswith("tests/"):
                    yield where + f'"{included}" is not named from the root of the tree'
            elif prefix is None or not any(is_below(included, allowed) for allowed in MAY_INCLUDE[prefix]):
                yield where + f"{prefix} must not include {included}"
            elif path.startswith("experiments/") and included.startswith("experiments/") and not may_meet(path, included):
                yield where + f"must not include {included}"


def library_faults(root):
    for path in source_files(root):
        for number, included, _ in includes(root, path):
            if included == "mpi.h" and not path.startswith(MAY_SEE_MPI):
                yield f"{path}:{number}: mpi.h belongs to core's domain and results, and to the command"
            if included == "hdf5.h" and not path.startswith(MAY_SEE_HDF5):
                yield f"{path}:{number}: hdf5.h belongs to core's results"


def code_faults(root):
    for path in source_files(root):
        for number, line in enumerate(code_lines(root, path), 1):
            where = f"{path}:{number}: "
            if re.search(r"\bMPI_(SUM|PROD)\b", line) and not INTEGERS_OF_MPI.search(line):
                yield where + "MPI adds floating numbers in no fixed order; use core/core/sum.hpp"
            if re.search(r"\bparallel_(reduce|scan)\b", line) and path not in MAY_REDUCE:
                yield where + "a bare reduction adds in no fixed order; use core/core/sum.hpp"
            if re.match(r"\s*#\s*pragma\s+omp\b", line):
                yield where + "parallel loops are Kokkos's"
            if re.match(r"\s*#\s*(if|ifdef|ifndef|elif)\b.*MPI", line):
                yield where + "there is no build without MPI"
            if re.search(r"\bvirtual\b", line):
                yield where + "virtual"


def device_faults(root):
    for path in source_files(root):
        for number, line in enumerate(code_lines(root, path), 1):
            for word, pattern, allowed in OF_ONE_DEVICE:
                if path not in allowed and pattern.search(line):
                    yield f"{path}:{number}: {word} belongs to {', '.join(allowed)}"


def word_faults(root):
    """What no text of the tree holds: intentions, and names of somebody's machine."""
    intention = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    machine = re.compile(r"/(home|Users)/\w|/root/|\b[\w-]+\.(internal|local|lan|corp)\b|\b(\d{1,3}\.){3}\d{1,3}\b")
    for path in text_files(root):
        if path.startswith("tests/architecture/"):
            continue
        for number, line in enumerate(lines(root, path), 1):
            if intention.search(line):
                yield f"{path}:{number}: an intention is not a comment"
            if machine.search(line):
                yield f"{path}:{number}: a path or name of one machine"


def registered(root):
    return re.findall(r'Experiment\{\s*"([^"]+)"', "\n".join(lines(root, "experiments/registry.cpp")))


def registry_faults(root):
    names = registered(root)
    present = {path for path in text_files(root)}
    for name in names:
        for needed in (f"experiments/{name}.cpp", f"inputs/{name}.toml", f"analysis/{name}.py"):
            if needed not in present:
                yield f"experiments/registry.cpp: {name} lacks {needed}"
        yield from deck_faults(root, name)
    for path in sorted(present):
        match = re.fullmatch(r"experiments/(?!command/)([^/]+/[^/]+)\.cpp|inputs/([^/]+/[^/]+)\.toml", path)
        if match and (match.group(1) or match.group(2)) not in names:
            yield f"{path}: no row of experiments/registry.cpp"


def deck_faults(root, name):
    path = f"inputs/{name}.toml"
    if not os.path.exists(os.path.join(root, path)):
        return
    with open(os.path.join(root, path), "rb") as file:
        deck = tomllib.load(file)
    if deck.get("experiment") != name:
        yield f"{path}: names another experiment"
    if "smoke" not in deck.get("scale", {}):
        yield f"{path}: no [scale.smoke]"


def functions(root, path):
    """(line, length) of function bodies, by their indentation."""
    text = lines(root, path)
    other = re.compile(r"\s*(if|for|while|switch|else|catch|do|namespace|struct|class|enum|return)\b")
    for first, line in enumerate(text):
        indent = len(line) - len(line.lstrip())
        if not line.endswith("{") or ")" not in line or indent > 2 or other.match(line):
            continue
        closing = " " * indent + "}"
        last = next((n for n in range(first + 1, len(text)) if text[n].startswith(closing)), first)
        yield first + 1, last - first + 1


def length_warnings(root):
    for path in source_files(root):
        if len(lines(root, path)) > 350:
            yield f"{path}: {len(lines(root, path))} lines"
        for number, length in functions(root, path):
            if length > 80:
                yield f"{path}:{number}: a function of {length} lines"


RULES = (dependency_faults, library_faults, code_faults, device_faults, word_faults, registry_faults)
