"""Worked examples as they are published: weights, seats, and who got how many."""

from typing import NamedTuple

from transforms.warehouse.board.apportionment import Method


class Example(NamedTuple):
    method: Method
    weights: tuple[int, ...]
    seats: tuple[int, ...]
    minimum: int = 0


# Balinski and Young, "Fair Representation": one problem of 26 seats that tells the methods apart.
_FIVE = (9061, 7179, 5259, 3319, 1182)
# Wikipedia, "D'Hondt method" and "Webster/Sainte-Laguë method": 230,000 votes, 8 seats.
_FOUR = (100_000, 80_000, 30_000, 20_000)
# Wikipedia, "Largest remainder method": 100,000 votes, 10 seats.
_SIX = (47_000, 16_000, 15_900, 12_000, 6_000, 3_100)
# The census of the United States of 1790, from Virginia to Delaware (Balinski and Young, appendix B).
_1790 = (
    *(630_560, 475_327, 432_879, 353_523, 331_589, 278_514, 236_841, 206_236, 179_570, 141_822),
    *(85_533, 70_835, 68_705, 68_446, 55_540),
)

# U.S. Census Bureau, 2020 census, table 1, "Apportionment population and number of representatives by state",
# from Alabama to Wyoming; each state has at least one seat.
CENSUS_2020 = (
    *(5_030_053, 736_081, 7_158_923, 3_013_756, 39_576_757, 5_782_171, 3_608_298, 990_837, 21_570_527),
    *(10_725_274, 1_460_137, 1_841_377, 12_822_739, 6_790_280, 3_192_406, 2_940_865, 4_509_342, 4_661_468),
    *(1_363_582, 6_185_278, 7_033_469, 10_084_442, 5_709_752, 2_963_914, 6_160_281, 1_085_407, 1_963_333),
    *(3_108_462, 1_379_089, 9_294_493, 2_120_220, 20_215_751, 10_453_948, 779_702, 11_808_848, 3_963_516),
    *(4_241_500, 13_011_844, 1_098_163, 5_124_712, 887_770, 6_916_897, 29_183_290, 3_275_252, 643_503),
    *(8_654_542, 7_715_946, 1_795_045, 5_897_473, 577_719),
)
HOUSE_2020 = (
    *(7, 1, 9, 4, 52, 8, 5, 1, 28, 14, 2, 2, 17, 9, 4, 4, 6, 6, 2, 8, 9, 13, 8, 4, 8, 2, 3, 4, 2, 12, 3, 26),
    *(14, 1, 15, 5, 6, 17, 2, 7, 1, 9, 38, 4, 1, 11, 10, 2, 8, 1),
)
MINNESOTA, NEW_YORK = 22, 31

EXAMPLES: dict[str, Example] = {
    "D'Hondt, 26 seats": Example("dhondt", _FIVE, (10, 7, 5, 3, 1)),
    "Sainte-Laguë, 26 seats": Example("sainte_lague", _FIVE, (9, 8, 5, 3, 1)),
    "Huntington-Hill, 26 seats": Example("huntington_hill", _FIVE, (9, 7, 6, 3, 1)),
    "largest remainder, 26 seats": Example("largest_remainder", _FIVE, (9, 7, 5, 4, 1)),
    "D'Hondt, 8 seats": Example("dhondt", _FOUR, (4, 3, 1, 0)),
    "Sainte-Laguë, 8 seats": Example("sainte_lague", _FOUR, (3, 3, 1, 1)),
    "largest remainder, 10 seats": Example("largest_remainder", _SIX, (5, 2, 1, 1, 1, 0)),
    "Jefferson's house of 1792": Example(
        "dhondt", _1790, (19, 14, 13, 10, 10, 8, 7, 6, 5, 4, 2, 2, 2, 2, 1), minimum=1
    ),
    "Hamilton's bill of 1792": Example(
        "largest_remainder", _1790, (21, 16, 14, 12, 11, 9, 8, 7, 6, 5, 3, 2, 2, 2, 2), minimum=1
    ),
    "House of Representatives of 2020": Example("huntington_hill", CENSUS_2020, HOUSE_2020, minimum=1),
}
