#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "cli/suggest.h"

static bool matches(const struct command *command, int word_count, char *const *words,
                    int *words_taken)
{
    if (word_count < 1 || strcmp(command->noun, words[0]) != 0)
        return false;
    if (command->verb[0] == '\0') {
        *words_taken = 1;
        return true;
    }
    *words_taken = 2;
    return word_count >= 2 && strcmp(command->verb, words[1]) == 0;
}

/* A noun with its verb comes before the noun alone. */
const struct command *command_find(const struct command_group *groups, int word_count,
                                   char *const *words, int *words_taken)
{
    const struct command *found = NULL;
    for (const struct command_group *group = groups; group->title != NULL; group++) {
        for (const struct command *command = group->commands; command->noun != NULL; command++) {
            int taken;
            if (!matches(command, word_count, words, &taken) || (found != NULL && taken < 2))
                continue;
            found = command;
            *words_taken = taken;
        }
    }
    return found;
}

void command_suggest_noun(const struct command_group *groups, struct suggestion *meant)
{
    for (const struct command_group *group = groups; group->title != NULL; group++) {
        for (const struct command *command = group->commands; command->noun != NULL; command++)
            suggest_consider(meant, command->noun);
    }
}

void command_suggest_verb(const struct command_group *groups, const char *noun,
                          struct suggestion *meant)
{
    for (const struct command_group *group = groups; group->title != NULL; group++) {
        for (const struct command *command = group->commands; command->noun != NULL; command++) {
            if (strcmp(command->noun, noun) == 0)
                suggest_consider(meant, command->verb);
        }
    }
}

static void print_line(const struct command *command)
{
    char name[64];
    snprintf(name, sizeof(name), "%s%s%s", command->noun, command->verb[0] != '\0' ? " " : "",
             command->verb);
    printf("  %-22s %s\n", name, command->summary);
}

const char command_for_every[] =
    "\nFor every command\n"
    "  --help                 this page, or that of the command, with examples\n"
    "  --json                 JSON for programs (protobuf's mapping; amounts in micros)\n"
    "  --only PATH            one value of the answer, for scripts: --only balance.own, "
    "--only balance.own_micros\n"
    "  --jq EXPRESSION        what jq makes of the JSON: --jq '.transfers[].transferId'\n"
    "                         on a terminal lists fit its columns; --json and a pipe have all\n"
    "  --yes                  sends what cannot be undone without asking\n"
    "  --profile NAME         which credentials to use; several may be logged in at once (or "
    "KONTOR_PROFILE)\n"
    "  --program-key-file F   act as a program, by the key in this file (or "
    "KONTOR_PROGRAM_KEY_FILE)\n"
    "  --as-program ID        act as a program, by the certificate of --certificate-file (or "
    "KONTOR_PROGRAM)\n"
    "  --account ID           act in another account than the session's own\n"
    "  --request-id UUID      repeat an earlier request: the same id is done once\n"
    "  --gateway ADDRESS      default 127.0.0.1:7400 (or KONTOR_GATEWAY)\n"
    "  --timeout SECONDS      default 30\n"
    "  --authority-file PEM --certificate-file PEM --key-file PEM    TLS, mutual TLS\n"
    "\nValues\n"
    "  TIME                   2030-01-31T12:00:00Z (RFC 3339, +08:00 in place of Z too), "
    "2030-01-31, today,\n"
    "                         yesterday, tomorrow (their beginning, in UTC), now; with a "
    "duration: now+2h, yesterday+8h30m;\n"
    "                         -7d, +2h (s m h d w)\n"
    "  AMOUNT                 a decimal, as 50000.00, of at most six decimals\n"
    "  ID, ACCOUNT            an id, the beginning of one that was shown, or @last, the newest "
    "shown\n"
    "  ACCOUNTS, LIST         several, separated by commas\n"
    "\nCompletion: source <(kontor completion bash), or zsh; manual: kontor help --man | man -l -\n"
    "\nExit codes: 0 done, 1 refused, 2 a mistake on the command line, 3 unavailable,\n"
    "4 not logged in, 5 done, but the answer could not be printed or kept,\n"
    "6 not known whether it was done: repeat it with the --request-id that is printed";

void command_print_overview(const struct command_group *groups)
{
    puts("kontor: the client of Kontor's gateway\n\n  kontor NOUN [VERB] [--option value …]");
    for (const struct command_group *group = groups; group->title != NULL; group++) {
        printf("\n%s\n", group->title);
        for (const struct command *command = group->commands; command->noun != NULL; command++)
            print_line(command);
    }
    puts(command_for_every);
}

bool command_print_noun(const struct command_group *groups, const char *noun)
{
    bool found = false;
    for (const struct command_group *group = groups; group->title != NULL; group++) {
        for (const struct command *command = group->commands; command->noun != NULL; command++) {
            if (strcmp(command->noun, noun) != 0)
                continue;
            if (found)
                putchar('\n');
            command_print_help(command);
            found = true;
        }
    }
    return found;
}

static void print_option(const struct option *option)
{
    char text[64];
    if ((option->flags & (OPTION_SECRET | OPTION_CONSTANT)) != 0)
        return;
    if ((option->flags & OPTION_SWITCH) != 0)
        snprintf(text, sizeof(text), "--%s", option->name);
    else if ((option->flags & OPTION_POSITIONAL) != 0)
        snprintf(text, sizeof(text), "[--%s] %s", option->name, option->placeholder);
    else
        snprintf(text, sizeof(text), "--%s %s", option->name, option->placeholder);
    bool has_to_be_given = (option->flags & OPTION_REQUIRED) != 0 && option->remembered == NULL;
    printf("    %-26s %s%s", text, option->help, has_to_be_given ? " Required." : "");
    if (option->fallback != NULL)
        printf(" %s unless given.", option->fallback);
    putchar('\n');
}

static void print_secrets(const struct command *command)
{
    char text[64];
    snprintf(text, sizeof(text), "--%s FILE", command->secret_file_option);
    printf("    %-26s Reads ", text);
    const char *separator = "";
    for (const struct option *option = command->options; option->name != NULL; option++) {
        if ((option->flags & (OPTION_SECRET | OPTION_REPEATS)) != OPTION_SECRET)
            continue;
        printf("%s%s", separator, option->help);
        separator = " and ";
    }
    puts(" from the file, one a line. Else they are\n"
         "                               typed unseen, or read from stdin when that is no "
         "terminal.");
}

void command_print_help(const struct command *command)
{
    printf("kontor %s%s%s\n  %s\n", command->noun, command->verb[0] != '\0' ? " " : "",
           command->verb, command->summary);
    for (const struct option *option = command->options; option != NULL && option->name != NULL;
         option++)
        print_option(option);
    if (command->secret_file_option != NULL)
        print_secrets(command);
    for (size_t i = 0; command->examples != NULL && command->examples[i] != NULL; i++)
        printf("%s    kontor %s\n", i == 0 ? "  For example\n" : "", command->examples[i]);
}
