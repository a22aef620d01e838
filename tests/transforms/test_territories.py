import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import reference
from transforms.territories import standardise_territories

# Former communes and short names that have a line of their own beside the 58 communes.
_OTHER_NAMES = {"OULLINS", "PIERRE BENITE", "CALUIRE", "DECINES", "RILLIEUX", "TASSIN"}


@pytest.mark.parametrize(
    ("postcode", "town", "departement", "territory"),
    [
        pytest.param("69003", "LYON", "69", "lyon", id="Lyon"),
        pytest.param("69400", "VILLEFRANCHE SUR SAONE", "69", "69", id="Rhône"),
        pytest.param("69390", "VERNAISON", "69", "lyon", id="shared postcode, inside"),
        pytest.param("69390", "MILLERY", "69", "69", id="shared postcode, outside"),
        pytest.param("69330", "MEYZIEUX", "69", "lyon", id="shared postcode, misspelt"),
        pytest.param("69700", None, "69", "lyon", id="shared postcode, no town"),
        pytest.param("69380", None, "69", "69", id="shared postcode, mostly outside"),
        pytest.param("69200", "VENISIEUX", "69", "lyon", id="own postcode, misspelt"),
        pytest.param("69603", "VILLEURBANNE", "69", "lyon", id="CEDEX of the Métropole"),
        pytest.param("69653", "VILLEFRANCHE SUR SAONE", "69", "69", id="CEDEX of the Rhône"),
        pytest.param("21220", "FRANCHEVILLE", "21", "hors-region", id="namesake elsewhere"),
        pytest.param("01150", "LAGNIEU", "01", "01", id="Ain"),
        pytest.param("42620", "SAINT PIERRE LAVAL", "03", "03", id="another département's post office"),
        pytest.param("42620", "SAINT MARTIN D ESTREAUX", "42", "42", id="the post office's own"),
        pytest.param("20090", "AJACCIO", "2A", "hors-region", id="Corse-du-Sud"),
        pytest.param("20200", "BASTIA", "2B", "hors-region", id="Haute-Corse"),
        pytest.param("97400", "SAINT DENIS", "974", "hors-region", id="overseas"),
        pytest.param("97150", "SAINT MARTIN", "978", "hors-region", id="overseas, borrowed number"),
        pytest.param(None, "LYON", "69", "lyon", id="a large town alone"),
        pytest.param(None, "GRENOBLE", "38", "38", id="another large town alone"),
        pytest.param(None, "FRANCHEVILLE", None, None, id="a name of several communes alone"),
        pytest.param(None, None, None, None, id="nothing"),
    ],
)
def test_territory(
    postcode: str | None, town: str | None, departement: str | None, territory: str | None
) -> None:
    frame = standardise_territories(
        pd.Series([postcode], index=["x"], dtype=object), pd.Series([town], index=["x"], dtype=object)
    )
    assert frame.loc["x"].tolist() == [departement, territory]


def test_the_metropole_has_its_58_communes() -> None:
    assert len(set(reference.load("territories")["metropole"]) - _OTHER_NAMES) == 58


def test_shared_postcodes_are_those_of_communes_of_the_metropole() -> None:
    data = reference.load("territories")
    postcodes = {postcode for own in data["metropole"].values() for postcode in own}
    assert set(data["shared_postcodes"]) <= postcodes
    assert set(data["shared_postcodes"].values()) <= set(data["territories"])


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.none() | st.from_regex(r"\A\d{5}\Z"), st.none() | st.text(max_size=8)), max_size=5)
)
def test_a_territory_wherever_there_is_a_departement(rows: list[tuple[str | None, str | None]]) -> None:
    cells = pd.DataFrame(rows, columns=["postcode", "town"], index=range(3, 3 + len(rows)), dtype=object)
    frame = standardise_territories(cells["postcode"], cells["town"])
    assert frame.index.equals(cells.index)
    assert frame["departement"].notna().equals(frame["territory"].notna())
    assert set(frame["territory"].dropna()) <= set(reference.load("territories")["territories"])


def test_an_address_abroad_lies_in_no_departement() -> None:
    frame = standardise_territories(
        pd.Series([None, "69003"]), pd.Series(["GENEVE", "LYON"]), pd.Series([True, False])
    )
    assert frame.to_numpy().tolist() == [[None, "hors-region"], ["69", "lyon"]]
