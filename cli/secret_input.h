/* Secrets of a command, which never stand on a command line: lines of a file, lines of stdin, or
 * typed unseen. */
#ifndef CLI_SECRET_INPUT_H
#define CLI_SECRET_INPUT_H

#include "cli/invocation.h"

/* Fills the values of the command's secret options, in their order. false after a complaint. */
bool secret_input_read(struct invocation *invocation);

/* One line from the terminal or stdin, visible as it is typed; "" at its end. In the arena. */
const char *secret_input_ask(struct arena *arena, const char *question);

#endif
