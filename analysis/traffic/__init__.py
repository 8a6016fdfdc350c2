"""analysis/traffic

The figures of results/traffic, and the order in which they are read.
"""

TITLE = "Traffic: when does attention keep a platoon stable?"

PARTS = (
    (
        "The ground: exact linear theory",
        "Whatever drives a car, uniform flow is stable or it is not, and that is known from a few partial derivatives."
        " So theory comes first: how strongly attention answers, which waves grow on a ring, what a platoon amplifies.",
        (
            "softmax_stability",
            "ring_spectrum",
            "platoon_gain",
        ),
    ),
    (
        "From small waves to jams",
        "Rings of vehicles are driven through time. While waves are small they must grow as theory says, to the last"
        " digits that a step leaves; what they end in is a jam, and it too is known without a simulation where the law"
        " is simple enough.",
        (
            "ring_growth",
            "ring_jam",
            "fundamental_diagram",
            "automated_vehicle",
        ),
    ),
    (
        "What it costs",
        "Every figure of this chapter is one of many runs of many vehicles. How fast they are driven decides how much"
        " of a phase diagram a day can hold.",
        ("traffic_throughput",),
    ),
)
