"""analysis/traffic

The figures of results/traffic, and the order in which they are read.
"""

TITLE = "Traffic: when does attention keep a platoon stable?"

PARTS = (
    (
        "What it costs",
        "Every figure of this chapter is one of many runs of many vehicles. How fast they are driven decides how much"
        " of a phase diagram a day can hold.",
        ("traffic_throughput",),
    ),
)
