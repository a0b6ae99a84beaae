/* The manual page kontor(1), from the same table as the help. */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

#include "cli/command.h"

/* kontor help --man: prints it as mdoc, for `man -l` and /usr/share/man/man1. */
void manual_print(const struct command_group *groups);

#endif
