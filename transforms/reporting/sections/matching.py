"""How sure the matching is: pairs by probability, what stewards said of them, how many errors to expect."""

from math import sqrt

import duckdb

from transforms.reporting.document import Block, Paragraph, Section, Table, name, number_columns, text_column
from transforms.reporting.drawing import points
from transforms.reporting.reading import Row, rows
from transforms.wording import decimal, number, percent, plural

TABLES = frozenset({"companies", "match_pairs", "memberships", "decisions"})

# Decisions that count, one a pair, whichever way round it was written.
_PAIRS = """
WITH words AS (
    SELECT left_source, left_member_id, right_source, right_member_id, verdict
    FROM decisions
    WHERE revoked_at IS NULL AND outcome NOT IN ('replaced', 'revoked', 'gone', 'itself')
    UNION ALL
    SELECT right_source, right_member_id, left_source, left_member_id, verdict
    FROM decisions
    WHERE revoked_at IS NULL AND outcome NOT IN ('replaced', 'revoked', 'gone', 'itself')
),

said AS (
    SELECT left_source, left_member_id, right_source, right_member_id, max(verdict) AS verdict
    FROM words
    GROUP BY ALL
),

pairs AS (
    SELECT
        pair.probability,
        pair.zone,
        said.verdict,
        l.company_id = r.company_id AS together
    FROM match_pairs AS pair
    INNER JOIN memberships AS l ON (l.source, l.member_id) = (pair.left_source, pair.left_member_id)
    INNER JOIN memberships AS r ON (r.source, r.member_id) = (pair.right_source, pair.right_member_id)
    LEFT JOIN said USING (left_source, left_member_id, right_source, right_member_id)
)
"""
_COUNTS = f"""
{_PAIRS}
SELECT least(floor(probability * {points.BINS})::INTEGER, {points.BINS - 1}) AS bin, zone, count(*) AS pairs
FROM pairs
GROUP BY ALL
ORDER BY ALL
"""
_ZONES = f"""
{_PAIRS}
SELECT
    zone,
    count(*) AS pairs,
    count(*) FILTER (together) AS together,
    count(*) FILTER (verdict IS NOT NULL) AS decided,
    sum((1 - probability)::DECIMAL(18, 9)) FILTER (zone = 'match' AND together AND verdict IS NULL) AS wrong,
    sum(probability::DECIMAL(18, 9)) FILTER (zone <> 'match' AND NOT together AND verdict IS NULL) AS missed
FROM pairs
GROUP BY zone
"""
_JUDGED = f"""
{_PAIRS}
SELECT
    least(floor(probability * $groups)::INTEGER, $groups - 1) AS place,
    count(*) AS pairs,
    avg(probability::DECIMAL(18, 9)) AS probability,
    count(*) FILTER (verdict = 'same') AS same
FROM pairs
WHERE verdict IN ('same', 'different')
GROUP BY place
ORDER BY place
"""
_WEAKEST = """
SELECT
    company_id,
    CASE WHEN NOT is_sole_trader THEN name END AS name,
    n_records,
    confidence
FROM companies
WHERE n_records > 1 AND confidence < 1
ORDER BY confidence, company_id
LIMIT 8
"""
_GROUPS = 5
# 95 % of a normal distribution lie within so many standard deviations.
_Z = 1.96
_SURE = 0.999


def section(con: duckdb.DuckDBPyConnection) -> Section:
    """A histogram with zones, expected errors, and the calibration where stewards have spoken."""
    zones = {row["zone"]: row for row in rows(con, _ZONES)}
    if not zones:
        return Section(
            slug="rapprochement",
            title="La sûreté du rapprochement",
            lead="Aucune paire de fiches n'a été gardée : rien n'a été rapproché.",
        )
    together = sum(row["together"] for row in zones.values())
    wrong = float(sum(row["wrong"] or 0 for row in zones.values()))
    missed = float(sum(row["missed"] or 0 for row in zones.values()))
    counts = {(row["bin"], row["zone"]): row["pairs"] for row in rows(con, _COUNTS)}
    judged = rows(con, _JUDGED, groups=_GROUPS)
    return Section(
        slug="rapprochement",
        title="La sûreté du rapprochement",
        lead=f"{plural(together, 'paire de fiches réunie', 'paires de fiches réunies')} dans une "
        "entreprise. D'après les "
        f"probabilités, on attend {decimal(wrong)} {'réunion' if wrong < 2 else 'réunions'} à tort et "
        f"{decimal(missed)} "
        f"{'paire laissée séparée' if missed < 2 else 'paires laissées séparées'} à tort.",
        blocks=(
            points.histogram(
                "probabilites",
                "Les paires de fiches par probabilité ; la hauteur suit la racine carrée du nombre, "
                "écrit au-dessus",
                "Histogramme : "
                + " ; ".join(
                    f"{label} {number(_of(zones, zone, 'pairs'))}" for zone, label, *_ in points.ZONES
                ),
                counts,
            ),
            _zones_table(zones),
            *_weakest(rows(con, _WEAKEST)),
            *_calibration(judged),
        ),
    )


def _of(zones: dict[str, Row], zone: str, figure: str) -> float:
    return float(zones[zone][figure] or 0) if zone in zones else 0.0


def _zones_table(zones: dict[str, Row]) -> Table:
    def line(label: str, members: tuple[str, ...]) -> tuple[str, ...]:
        def total(figure: str) -> float:
            return sum(_of(zones, zone, figure) for zone in members)

        counts = (number(total(figure)) for figure in ("pairs", "together", "decided"))
        return (label, *counts, decimal(total("wrong"), 2), decimal(total("missed"), 2))

    return Table(
        title="Zones de probabilité et erreurs attendues",
        columns=(
            text_column("Zone"),
            *number_columns(
                "Paires",
                "Réunies",
                "Décidées par une personne",
                "Réunions à tort attendues",
                "Oublis attendus",
            ),
        ),
        rows=tuple(line(label, (zone,)) for zone, label, *_ in points.ZONES),
        total=line("ensemble", tuple(zone for zone, *_ in points.ZONES)),
        notes=(
            "Réunions à tort attendues : somme de 1 − p sur les paires de la zone « même entreprise » "
            "qui sont réunies ; "
            "oublis attendus : somme de p sur les paires des deux autres zones qui sont séparées ; p est "
            "la probabilité de "
            "la paire. Les paires décidées par une personne n'y comptent pas, ni celles que la machine "
            "n'a pas gardées.",
        ),
    )


def _weakest(found: list[Row]) -> list[Table]:
    """The merges to look at first: those whose weakest link is the least probable."""
    if not found:
        return []
    return [
        Table(
            title="Les réunions les moins sûres",
            columns=(
                text_column("Entreprise"),
                text_column("Identifiant"),
                *number_columns("Fiches", "Probabilité du lien le plus faible"),
            ),
            rows=tuple(
                (
                    name(one["name"]),
                    one["company_id"],
                    number(one["n_records"]),
                    _probability(one["confidence"]),
                )
                for one in found
            ),
            notes=(
                "Pour voir ce qui réunit ces fiches : alliage explain, suivi de l'identifiant. "
                "« … » : entrepreneur individuel, dont le nom n'est pas publié.",
            ),
        )
    ]


def _probability(share: float) -> str:
    """A probability that is not certain, nor written so."""
    return f"> {percent(_SURE, 1)}" if share > _SURE else percent(share, 1)


def _calibration(judged: list[Row]) -> list[Block]:
    """Judged pairs by range of probability; without decisions, a sentence that says so."""
    if not judged:
        return [
            Paragraph(
                text="Personne n'a encore jugé de paire : la justesse de ces probabilités ne peut pas "
                "être vérifiée ici. Les "
                "erreurs attendues ci-dessus les supposent justes."
            )
        ]
    groups = [_group(row) for row in judged]
    return [
        points.calibration(
            "calibration",
            "Ce que disent les personnes, en face de ce qu'annonce la machine ; sur la diagonale, ils "
            "sont d'accord",
            "Points : "
            + " ; ".join(
                f"{percent(one.probability)} annoncé, {percent(one.same)} jugé, {number(one.pairs)} paires"
                for one in groups
            ),
            groups,
        ),
        Table(
            title="Paires jugées, par probabilité",
            columns=(
                text_column("Probabilité"),
                *number_columns(
                    "Paires jugées",
                    "Probabilité moyenne",
                    "Jugées « même entreprise »",
                    "au moins",
                    "au plus",
                ),
            ),
            rows=tuple(
                (
                    f"de {percent(row['place'] / _GROUPS)} à {percent((row['place'] + 1) / _GROUPS)}",
                    number(one.pairs),
                    percent(one.probability),
                    percent(one.same),
                    percent(one.low),
                    percent(one.high),
                )
                for row, one in zip(judged, groups, strict=True)
            ),
            notes=(
                "Trait vertical, « au moins » et « au plus » : intervalle de confiance à 95 % (Wilson). "
                "Ce sont surtout les "
                "paires douteuses que l'on fait juger : ces parts ne valent pas pour les autres.",
            ),
        ),
    ]


def _group(row: Row) -> points.Judged:
    low, high = wilson(row["same"], row["pairs"])
    return points.Judged(row["pairs"], float(row["probability"]), row["same"] / row["pairs"], low, high)


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % score interval of a share (E. B. Wilson, JASA 22, 1927)."""
    share, shrink = successes / trials, 1 + _Z**2 / trials
    middle = (share + _Z**2 / (2 * trials)) / shrink
    half = _Z * sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2)) / shrink
    return max(middle - half, 0.0), min(middle + half, 1.0)
