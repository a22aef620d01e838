"""Internet domains: of a web site or of an e-mail address."""

from typing import Literal

from rapidfuzz.distance import OSA

from transforms.matching.comparisons.text import Similarity, ValueComparison, similarities
from transforms.matching.records import Codes, Records


class DomainComparison(ValueComparison):
    """Registrable domains; `alike` leaves out ending and hyphens: `ab-conseil.fr` as `abconseil`."""

    kind: Literal["domain"]

    def _alike(self, records: Records, low: Codes, high: Codes) -> Similarity:
        values = records.numbered(*self.columns).values.astype("str")
        stems = values.str.replace(r"\..*$|-", "", regex=True)
        return similarities(stems[low].tolist(), stems[high].tolist(), OSA.normalized_similarity)
