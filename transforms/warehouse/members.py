"""Which rows of a database are those of some members, or of their companies."""

from collections.abc import Collection

import duckdb

from transforms.warehouse.tables import literal

_COLUMNS = """
SELECT table_name, list(column_name ORDER BY column_index)
FROM duckdb_columns()
JOIN duckdb_tables() USING (database_name, schema_name, table_name)
GROUP BY ALL
ORDER BY ALL
"""
_MEMBER, _COMPANY = ("source", "member_id"), "company_id"


def rows_of_members(con: duckdb.DuckDBPyConnection, members: Collection[str]) -> dict[str, str]:
    """By name of a table, the rows of `members` (« source:number ») and of their companies, in SQL.

    A table without a column that tells whose a row is, is left out. Which company is whose is what the
    database itself says: that of an older version says it as it was then.
    """
    if not members:
        return {}
    tables = {name: set(columns) for name, columns in con.execute(_COLUMNS).fetchall()}
    pairs = ", ".join(f"({', '.join(map(literal, one.split(':', 1)))})" for one in sorted(members))
    is_member = f"(source, member_id) IN ({pairs})"
    companies = {
        company
        for name, columns in tables.items()
        if columns >= {*_MEMBER, _COMPANY}
        for (company,) in con.execute(f'SELECT company_id FROM "{name}" WHERE {is_member}').fetchall()
        if company
    }
    is_company = f"company_id IN ({', '.join(map(literal, sorted(companies)))})" if companies else "false"
    found = {}
    for name, columns in tables.items():
        conditions = [is_member] * (columns >= set(_MEMBER)) + [is_company] * (_COMPANY in columns)
        if conditions:
            found[name] = " OR ".join(conditions)
    return found
