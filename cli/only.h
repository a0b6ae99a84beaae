/* One value of an answer, for scripts, by its path: "transfer.transfer_id",
 * "balances.0.own_micros". An amount has two names: the field's own gives micros, as --json does;
 * without "_micros" it gives the decimal, as people read it ("balances.0.own"). */
#ifndef CLI_ONLY_H
#define CLI_ONLY_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdio.h>

/* Whether answers of that type have such a value; asked before anything is sent. */
bool only_exists(const ProtobufCMessageDescriptor *type, const char *path);

/* Prints it, or an empty line for what is absent. The path must exist. */
void only_print(FILE *out, const ProtobufCMessage *message, const char *path);

#endif
