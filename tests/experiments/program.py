"""Runs the command as a user does, from a directory of its own. Standard library only.

Environment  ATTUNE           path of the command
             ATTUNE_LAUNCHER  what stands before a number of ranks: "mpiexec --oversubscribe -n" """
import os
import shlex
import subprocess

ATTUNE = os.path.abspath(os.environ["ATTUNE"])
LAUNCHER = shlex.split(os.environ["ATTUNE_LAUNCHER"])


def command(arguments, ranks=1):
    return (LAUNCHER + [str(ranks)] if ranks > 1 else []) + [ATTUNE] + list(arguments)


def run(arguments, cwd, ranks=1, timeout=60, before=()):
    """Exit code, stdout, stderr. A run that hangs raises subprocess.TimeoutExpired. `before`: a program that starts it."""
    done = subprocess.run(list(before) + command(arguments, ranks), cwd=cwd, timeout=timeout, capture_output=True, text=True,
                          errors="replace", check=False)
    return done.returncode, done.stdout, done.stderr


def said(stderr):
    """What the command said, without the launcher's remarks round a job that failed and without progress."""
    said_by_others = ("mpirun", "mpiexec", "prterun", "Primary job", "a non-zero exit code.", "the job to be terminated",
                      "Process name:", "Exit code:", "-----")
    return [line for line in stderr.split("\n")
            if line.strip() and not line.strip().startswith(said_by_others) and " s left" not in line]
