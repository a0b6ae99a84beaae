#include "cli/confirm.h"

#include <stdio.h>
#include <strings.h>
#include <unistd.h>

#include "cli/secret_input.h"

static void print_line(const char *name, const char *value)
{
    fprintf(stderr, "  %-24s %s\n", name, value);
}

static void show(const struct invocation *invocation)
{
    const struct command *command = invocation->command;
    fprintf(stderr, "kontor %s%s%s: %s\n", command->noun, command->verb[0] != '\0' ? " " : "",
            command->verb, command->summary);
    if (invocation->account_id[0] != '\0')
        print_line("account", invocation->account_id);
    for (size_t i = 0; command->options != NULL && command->options[i].name != NULL; i++) {
        if ((command->options[i].flags & OPTION_SECRET) == 0 && invocation->values[i] != NULL)
            print_line(command->options[i].name, invocation->values[i]);
    }
}

bool confirm_irreversible(const struct invocation *invocation)
{
    if (!invocation->command->irreversible || invocation->yes)
        return true;
    show(invocation);
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
        fprintf(stderr, "kontor: nothing was sent: this cannot be undone, and here nobody can be "
                        "asked\n  → the same with --yes, if it is meant\n");
        return false;
    }
    const char *answer = secret_input_ask(task_arena(invocation->task), "Go on? yes or no");
    if (strcasecmp(answer, "yes") == 0 || strcasecmp(answer, "y") == 0)
        return true;
    fprintf(stderr, "kontor: nothing was sent\n");
    return false;
}
