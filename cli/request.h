/* Fills a request from texts, by the paths of its fields: amounts as decimals, enum values in small
 * letters, times as people write them. */
#ifndef CLI_REQUEST_H
#define CLI_REQUEST_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

#include "runtime/base/arena.h"

/* Sets the field at path, making the messages on the way. Repeated text fields take a list
 * separated by commas. false: the text does not fit; *complaint says what would. A path that the
 * message does not have is a bug. */
bool request_set(struct arena *arena, ProtobufCMessage *request, const char *path, const char *text,
                 const char **complaint);

/* Whether the message has a singular text field of that name, to fill account_id and request_id
 * where they exist. */
bool request_has_text(const ProtobufCMessage *request, const char *field);

#endif
