/* Messages for people: names and values in two columns, lists as tables, amounts as decimals with their currency. */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdio.h>

void view_print(FILE *out, const ProtobufCMessage *message);

/* Prints one value, for scripts: "transfer.transfer_id", "balances.0.own_micros"; amounts as decimals without their currency, nothing
 * for what is absent. false: there is no such field. */
bool view_print_only(FILE *out, const ProtobufCMessage *message, const char *path);

#endif
