"""An export of the invented sample, changed as real ones are by mistake or by new habits."""

from dataclasses import replace

from benchmarks.sample import Sample

NUMBER, TURNOVER, FEE = "N° adhérent", "CA (k€)", "Cotisation (€)"


def shorter(sample: Sample) -> Sample:
    return replace(sample, clustr=sample.clustr.iloc[: int(len(sample.clustr) * 0.6)])


def renumbered(sample: Sample) -> Sample:
    numbers = [f"X-{n:05}" for n in range(len(sample.clustr))]
    return replace(sample, clustr=sample.clustr.assign(**{NUMBER: numbers}))


def rotated(sample: Sample) -> Sample:
    """Each company bears the number of the one before it."""
    numbers = sample.clustr[NUMBER].tolist()
    return replace(sample, clustr=sample.clustr.assign(**{NUMBER: [numbers[-1], *numbers[:-1]]}))


def in_euros(sample: Sample) -> Sample:
    def euros(cell: str) -> str:
        digits = cell.replace(" ", "").replace("\u202f", "").replace("\xa0", "")
        return f"{digits}000" if digits.isdigit() else cell

    return replace(sample, clustr=sample.clustr.assign(**{TURNOVER: sample.clustr[TURNOVER].map(euros)}))


def without_fees(sample: Sample) -> Sample:
    return replace(sample, clustr=sample.clustr.assign(**{FEE: ""}))


def without_turnover(sample: Sample) -> Sample:
    return replace(sample, clustr=sample.clustr.rename(columns={TURNOVER: "Kilos"}))


def unreadable_sirets(sample: Sample) -> Sample:
    return replace(sample, clustr=sample.clustr.assign(SIRET="8,08421E+13"))
