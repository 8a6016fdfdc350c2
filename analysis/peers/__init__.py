"""analysis/peers/

Other programs on the shapes of the benchmark. None of them is needed by anything else.
"""
