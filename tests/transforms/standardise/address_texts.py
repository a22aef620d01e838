"""A strategy for texts that look like addresses, more or less."""

from hypothesis import strategies as st

PIECES = [
    *(
        "12",
        "bis",
        "B",
        "rue",
        "R",
        "av.",
        "des",
        "Lilas",
        "Bât. C",
        "2e étage",
        "BP 12",
        "ZA",
        "Le Bourg",
        ",",
    ),
    *(
        "\n",
        " - ",
        "69003",
        "1150",
        "LYON",
        "Cedex 03",
        "3eme",
        "France",
        "L'Étang",
        "69",
        "N°",
        "(",
        ")",
        "F-69100",
    ),
]


TEXTS = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join))
