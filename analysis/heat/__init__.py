"""analysis/heat

The figures of results/heat, and the order in which they are read.
"""

TITLE = "Heat: what an attention stencil can represent, and when it beats a tuned solver"

PARTS = (
    (
        "The ground: solvers that can be trusted",
        "Whatever is learned here is judged by classical solvers and by closed forms. So the solvers come first: each is"
        " held against its own amplification factor, its order, and exact solutions.",
        ("heat_verification",),
    ),
    (
        "What one softmax head can represent",
        "A softmax has weights that are positive and sum to one. An explicit heat step is such a stencil only while its"
        " own weights are; what a head loses beyond is the distance of a point from a simplex, known before any"
        " training. Below, the losses are those of trained heads, and the lines are that theory.",
        (
            "stencil_transition",
            "stencil_sign_barrier",
            "stencil_zero_tail",
            "stencil_propagator",
            "stencil_positive_map",
        ),
    ),
    (
        "Where a learned stencil may be used",
        "A stencil learns on one kind of field, grid, wall and material. It is then asked for others: here it is said,"
        " and measured, which of these it survives and why.",
        ("stencil_stability", "stencil_boundaries", "stencil_coefficients"),
    ),
    (
        "What it costs, and who wins",
        "Errors at equal time and times at equal error, against the fastest classical solver for that error and not"
        " against a convenient one.",
        ("heat_work_precision", "heat_rollout_benchmark", "heat_scaling"),
    ),
)
