/* Answers on a screen: within its columns, and through a pager when they are longer than it. */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include <protobuf-c/protobuf-c.h>

/* Prints to stdout; where that is no terminal as wide and as long as the answer is, for programs
 * that read lines. The pager is KONTOR_PAGER, PAGER or less; "" or cat is none. */
void screen_print(const ProtobufCMessage *message);

#endif
