/* Messages for people: names and values in two columns, lists as tables, amounts as decimals with their currency. */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include <protobuf-c/protobuf-c.h>
#include <stdio.h>

void view_print(FILE *out, const ProtobufCMessage *message);

#endif
