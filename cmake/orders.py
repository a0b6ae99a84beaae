"""orders.py IN.fds OUT: from the oneof ledger.v1.Order.kind, what the ledger has for each kind of order. An order is called the same
everywhere: create_transfer in the oneof, ORDER_CREATE_TRANSFER in ledger/domain/order.h.

OUT/ledger/batch/order_messages.h    ORDER_MESSAGES(X): one row X(CASE, member, Message, kind, thing, more) a kind: its names on the wire;
                                     and the two functions of answer.c, tell_thing and more_more, that fill in fields 1 and 3 of its
                                     response, called after the type of the one and the name of the other
OUT/ledger/service/order_readers.h   read_create_transfer and so on, for reading.c: each field of the request goes to its taker there
                                     (take_amount_micros), an id that may be empty only when it is not"""
import os
import sys

from handlers import ACTING, Protos, c_type, guarded, snake

ORDER = ".ledger.v1.Order"


def kinds(protos):
    for field in protos.messages[ORDER].field:
        if field.HasField("oneof_index"):
            yield field.name, field.type_name


def row(protos, name, type_name):
    response = {field.number: field for field in protos.messages[type_name.removesuffix("Request") + "Response"].field}
    thing = snake(response[1].type_name.rsplit(".", 1)[1])
    more = response[3].name if 3 in response else "nothing"
    return "    X(%s, %s, %s, ORDER_%s, %s, %s)" % (name.upper(), name, c_type(type_name), name.upper(), thing, more)


def reader(protos, name, type_name):
    yield "static void read_%s(struct order_reader *reader, const %s *message)\n{" % (name, c_type(type_name))
    for field in protos.fields(type_name):
        optional = field.rules.string.uuid and field.rules.ignore and field.name not in ACTING
        yield "%s    take_%s(reader, message->%s);" % (
            "    if (message->%s[0] != '\\0')\n    " % field.name if optional else "", field.name, field.name)
    yield "}\n"


if __name__ == "__main__":
    protos = Protos(open(sys.argv[1], "rb").read())
    rows = " \\\n".join(row(protos, *kind) for kind in kinds(protos))
    for name, lines in (("ledger/batch/order_messages.h", ['#include "ledger/v1/order.pb-c.h"\n', "#define ORDER_MESSAGES(X) \\\n" + rows]),
                        ("ledger/service/order_readers.h", [line for kind in kinds(protos) for line in reader(protos, *kind)])):
        os.makedirs(os.path.dirname(os.path.join(sys.argv[2], name)), exist_ok=True)
        with open(os.path.join(sys.argv[2], name), "w", encoding="utf-8") as out:
            out.write(guarded(name, lines, "orders.py"))
