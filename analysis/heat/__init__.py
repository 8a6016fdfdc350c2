"""analysis/heat

The figures of results/heat.
"""
