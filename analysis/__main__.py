"""analysis/__main__.py

python3 -m analysis report DIR     DIR/report.html: one offline page with every figure and claim of DIR/F/E.h5

Exit codes: 0 done, 2 usage, 4 a file or directory that cannot be read.
"""

import argparse
import os
import sys


def parser():
    top = argparse.ArgumentParser(
        prog="python3 -m analysis", description="Figures and the report of Attune's result files."
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    report = commands.add_parser("report", help="write DIR/report.html and DIR/figures/F/E_*.png and .pdf")
    report.add_argument(
        "directory", metavar="DIR", help="what 'attune reproduce --out DIR' has filled: DIR/F/E.h5"
    )
    return top


def main(arguments=None):
    options = parser().parse_args(arguments)
    if not os.path.isdir(options.directory):
        print(f"analysis: no directory {options.directory!r}", file=sys.stderr)
        return 2
    from analysis import report  # after the usage is known to be right: it loads matplotlib

    try:
        return report.write(options.directory)
    except OSError as error:
        print(f"analysis: {error}", file=sys.stderr)
        return 4


if __name__ == "__main__":
    sys.exit(main())
