"""A standing connection to PostgreSQL through libpq, for tests that ask a question after every step."""
import ctypes
import ctypes.util

LIBPQ = ctypes.CDLL(ctypes.util.find_library("pq"))
for name, result, arguments in [("PQconnectdb", ctypes.c_void_p, [ctypes.c_char_p]), ("PQstatus", ctypes.c_int, [ctypes.c_void_p]),
                                ("PQexec", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p]),
                                ("PQresultStatus", ctypes.c_int, [ctypes.c_void_p]), ("PQntuples", ctypes.c_int, [ctypes.c_void_p]),
                                ("PQnfields", ctypes.c_int, [ctypes.c_void_p]), ("PQclear", None, [ctypes.c_void_p]),
                                ("PQgetvalue", ctypes.c_char_p, [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]),
                                ("PQerrorMessage", ctypes.c_char_p, [ctypes.c_void_p]), ("PQfinish", None, [ctypes.c_void_p])]:
    function = getattr(LIBPQ, name)
    function.restype, function.argtypes = result, arguments


class Sql:
    """Rows of text for a statement."""

    def __init__(self, postgres, database):
        self.connection = LIBPQ.PQconnectdb(("host=%s user=postgres dbname=%s" % (postgres, database)).encode())
        if LIBPQ.PQstatus(self.connection) != 0:
            raise AssertionError(LIBPQ.PQerrorMessage(self.connection).decode())

    def rows(self, statement):
        result = LIBPQ.PQexec(self.connection, statement.encode())
        try:
            if LIBPQ.PQresultStatus(result) not in (1, 2):
                raise AssertionError(LIBPQ.PQerrorMessage(self.connection).decode() + statement)
            return [tuple(LIBPQ.PQgetvalue(result, row, column).decode() for column in range(LIBPQ.PQnfields(result)))
                    for row in range(LIBPQ.PQntuples(result))]
        finally:
            LIBPQ.PQclear(result)

    def close(self):
        LIBPQ.PQfinish(self.connection)
