"""What the marts about fees read besides the public tables."""

from decimal import Decimal

import pyarrow as pa

from transforms import reference
from transforms.warehouse.fees.parameters import FeeParameters
from transforms.warehouse.tables import literal

_MONEY, _FACTOR = pa.decimal128(14, 2), pa.decimal128(9, 4)


def size_classes(parameters: FeeParameters) -> pa.Table:
    """Size classes: `size_class`, `jobs_from`, `jobs_below` (NULL: no limit, or unknown) and `amount`."""
    classes = reference.load("size_classes")["classes"]
    amounts = parameters.amounts
    return pa.table(
        {
            "size_class": pa.array(amounts, pa.string()),
            "jobs_from": pa.array([classes.get(code, {}).get("from") for code in amounts], pa.int64()),
            "jobs_below": pa.array([classes.get(code, {}).get("below") for code in amounts], pa.int64()),
            "amount": pa.array(amounts.values(), _MONEY),
        }
    )


def college_factors(parameters: FeeParameters) -> pa.Table:
    """Colleges with a factor of their own: `college`, `factor`."""
    factors = {college: Decimal(str(factor)) for college, factor in parameters.college_factors.items()}
    rounded = [factor.quantize(Decimal("0.0001")) for factor in factors.values()]
    return pa.table({"college": pa.array(factors, pa.string()), "factor": pa.array(rounded, _FACTOR)})


def fees_by_source(sources: tuple[str, ...]) -> str:
    """A query: what each company pays in each source, `fee_<source>_eur`; empty where no fee is known."""
    paid = [f'sum(fee_eur) FILTER (source = {literal(name)}) AS "fee_{name}_eur"' for name in sources]
    return f"SELECT {', '.join(['company_id', *paid])} FROM memberships WHERE is_active GROUP BY company_id"
