"""analysis

Draws the figures and the report of Attune's result files. Knows files, not C++.
"""
