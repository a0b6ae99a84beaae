/* Files on this machine that a command sends or writes. */
#ifndef CLI_FILE_H
#define CLI_FILE_H

#include "cli/command.h"
#include "runtime/base/arena.h"
#include "runtime/base/text.h"

/* The whole file, "-" is stdin; false after a complaint, also when it has more than size_max bytes,
 * which size_text says for people. */
bool file_read(struct arena *arena, const char *name, size_t size_max, const char *size_text,
               struct bytes *content) must_check;

/* Writes it for its owner's eyes alone; "-" is stdout. A file that is there already stays until the
 * new one is wholly written. A pipe or a device is written as it is. */
enum exit_code file_write(const char *name, struct bytes content) must_check;

#endif
