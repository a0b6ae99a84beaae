#include "cli/secret_input.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "runtime/base/secret.h"

#define LINE_SIZE 512

static const char *read_line(struct arena *arena, FILE *file)
{
    char line[LINE_SIZE];
    if (fgets(line, sizeof(line), file) == NULL)
        return NULL;
    line[strcspn(line, "\r\n")] = '\0';
    const char *copy = arena_strdup(arena, line);
    secret_wipe(line, sizeof(line));
    return copy;
}

static const char *type_unseen(struct arena *arena, const char *question)
{
    struct termios seen, unseen;
    fprintf(stderr, "%s: ", question);
    if (tcgetattr(STDIN_FILENO, &seen) != 0)
        return read_line(arena, stdin);
    unseen = seen;
    unseen.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen);
    const char *line = read_line(arena, stdin);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &seen);
    fputc('\n', stderr);
    return line;
}

const char *secret_input_ask(struct arena *arena, const char *question)
{
    if (isatty(STDIN_FILENO))
        fprintf(stderr, "%s: ", question);
    const char *line = read_line(arena, stdin);
    return line != NULL ? line : "";
}

static bool read_one(struct invocation *invocation, size_t index, FILE *file, size_t previous)
{
    const struct option *option = &invocation->command->options[index];
    struct arena *arena = task_arena(invocation->task);
    bool typed = file == stdin && isatty(STDIN_FILENO);
    if ((option->flags & OPTION_REPEATS) != 0 && !typed)
        invocation->values[index] = invocation->values[previous];
    else
        invocation->values[index] =
            typed ? type_unseen(arena, option->help) : read_line(arena, file);
    if (invocation->values[index] == NULL)
        fprintf(stderr, "kontor: %s is missing; give --%s, or a line of stdin\n", option->help,
                invocation->command->secret_file_option);
    return invocation->values[index] != NULL;
}

static bool read_all(struct invocation *invocation, FILE *file)
{
    size_t previous = 0;
    for (size_t i = 0; invocation->command->options[i].name != NULL; i++) {
        if ((invocation->command->options[i].flags & OPTION_SECRET) == 0)
            continue;
        if (!read_one(invocation, i, file, previous))
            return false;
        previous = i;
    }
    return true;
}

bool secret_input_read(struct invocation *invocation)
{
    if (invocation->command->secret_file_option == NULL)
        return true;
    if (invocation->secret_file == NULL)
        return read_all(invocation, stdin);
    FILE *file = fopen(invocation->secret_file, "re");
    if (file == NULL) {
        fprintf(stderr, "kontor: --%s: this file cannot be read\n",
                invocation->command->secret_file_option);
        return false;
    }
    bool read = read_all(invocation, file);
    fclose(file);
    return read;
}
