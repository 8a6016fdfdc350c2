"""analysis/kernels

The figures of results/kernels.
"""
