"""All rows that a test's transaction sees, so that tests after it have them in milliseconds."""

import json

from django.db import connection

ROWS = """
    SELECT json_agg(to_json(rows)) FROM "{table}" AS rows
"""
WRITTEN = """
    SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
"""The columns that are not computed from others."""

PUT_BACK = """
    INSERT INTO "{table}" ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::"{table}", %s)
    ON CONFLICT DO NOTHING
"""
"""What `migrate` wrote is there already."""


class Snapshot:
    """The rows as they are when it is made."""

    def __init__(self) -> None:
        self._statements: list[tuple[str, str]] = []
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(ROWS.format(table=table))
                (rows,) = cursor.fetchone()
                cursor.execute(WRITTEN, [f'"{table}"'])
                (columns,) = cursor.fetchone()
                if rows:
                    statement = PUT_BACK.format(table=table, columns=columns.replace("%", "%%"))
                    self._statements.append((statement, json.dumps(rows)))

    def put_back(self) -> None:
        """Into a transaction: foreign keys and triggers have had their say when the rows were first written."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement, rows in self._statements:
                cursor.execute(statement, [rows])
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
