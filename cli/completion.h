/* Completion for shells, from the same table as the help. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include "cli/command.h"

/* kontor completion SHELL: prints the script that the shell reads. */
enum exit_code completion_print_script(const char *shell);

/* kontor __complete WORD …: prints what the last word can become, one a line, with a tab before
 * what it means; ":files" where a file is wanted. Asks nobody, and never complains. */
enum exit_code completion_complete(char *const *words);

#endif
