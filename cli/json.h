/* Messages as JSON, by protobuf's mapping: names in lowerCamel, 64-bit numbers as strings, enums by
 * name, times in RFC 3339. Default values are written too, so that programs need not know them;
 * absent messages are left out. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

/* The caller's reference; NULL: out of memory. */
json_t *json_of_message(const ProtobufCMessage *message);

#endif
