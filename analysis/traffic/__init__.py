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
        "What attention does to stability",
        "A driver who attends to several leaders has one more parameter, the temperature of the softmax. Between the"
        " first leader alone and all of them alike it decides which waves grow, and whether every answer has the sense"
        " that it should have.",
        (
            "temperature_phase_diagram",
            "many_leaders",
        ),
    ),
    (
        "What it costs",
        "Every figure of this chapter is one of many runs of many vehicles. How fast they are driven decides how much"
        " of a phase diagram a day can hold.",
        ("traffic_throughput",),
    ),
)
