/* The command table: each row is one thing that `kontor` can do, and nearly always one rpc whose
 * request is filled from options by their paths. The rows are made from the protos
 * (cmake/commands.py), so help, parsing, requests, tables and JSON follow from them; only what is
 * more than one rpc has code of its own. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

struct invocation;
struct suggestion;

/* EXIT_USAGE means that nothing was sent; what goes wrong on this side afterwards is
 * EXIT_UNREPORTED. EXIT_UNAVAILABLE means that nothing was done; whoever cannot know that ends with
 * EXIT_INDEFINITE. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_REFUSED = 1,
    EXIT_USAGE = 2,
    EXIT_UNAVAILABLE = 3,
    EXIT_NOT_LOGGED_IN = 4,
    EXIT_UNREPORTED = 5, /* done, but the answer could not be printed or kept */
    EXIT_INDEFINITE =
        6, /* not known whether it was done: the same command with the same --request-id tells */
};

enum option_flag {
    OPTION_REQUIRED = 1,
    OPTION_POSITIONAL = 2, /* may be given without its name, as the first bare word */
    OPTION_SWITCH = 4,     /* takes no value: being there is "true" */
    OPTION_SECRET =
        8, /* never on the command line: a line of a file or of stdin, or typed unseen */
    OPTION_REPEATS = 16,  /* a secret that repeats the one before it; asked again only when typed */
    OPTION_CONSTANT = 32, /* nobody gives it: its fallback is sent */
    OPTION_EITHER = 64,   /* of the command's options that are so, one is given and only one */
};

struct option {
    const char *name;        /* "to" for --to; NULL ends the list */
    const char *placeholder; /* "ACCOUNT" in the help */
    const char
        *path; /* the request's field, "conditions.expected_version"; several, separated by spaces,
                * get the same value; "@" stands for what the command chooses; NULL: not a field */
    unsigned flags;
    const char *help;
    const char *remembered; /* taken from the profile when not given: "sign_up_id" */
    const char *fallback;   /* … or this */
    const char *goes_with;  /* the option without which it is not given; NULL: any */
    const char *choices;    /* "active frozen closed": all that may be given; NULL: any */
};
#define OPTIONS_MAX 24 /* cmake/commands.py knows it too */

struct command {
    const char *noun;
    const char *verb; /* "" for a noun that is a sentence by itself: `kontor balance` */
    const char *summary;
    const ProtobufCServiceDescriptor *service; /* NULL: run does it all */
    const char *method;
    const ProtobufCMessageDescriptor
        *answer;                    /* what run prints, for --only; NULL: what the method answers */
    const struct option *options;   /* NULL: none */
    const char *secret_file_option; /* "card-file": where secrets are read from, one a line; NULL:
                                       no secrets */
    const char *const *examples;    /* ended by NULL */
    const char *next;               /* the command that people give after it; NULL: none */
    const char *done_by;            /* who may, told to whom it is denied; NULL: nobody is asked */
    const char *(*choose)(struct invocation *invocation); /* what "@" of the paths stands for */
    bool (*remember)(struct invocation *invocation); /* after success: keeps what later commands
                                                        need in the profile */
    enum exit_code (*run)(struct invocation *invocation); /* in place of the one rpc */
    bool keeps;        /* run writes the profile, as remember does */
    bool irreversible; /* people are asked first */
    bool of_command;   /* its words are another command's, which run gets as invocation->command */
};

/* Commands that stand together in the help, ended by a row without noun. */
struct command_group {
    const char *title; /* NULL ends the groups */
    const struct command *commands;
};

/* All there are, made from the protos; part of the program, not of this room. */
extern const struct command_group kontor_commands[];

/* Finds the row for the first words; *words_taken is how many it took. NULL: no such command. */
const struct command *command_find(const struct command_group *groups, int word_count,
                                   char *const *words, int *words_taken);

/* Considers the nouns; the verbs of a noun. */
void command_suggest_noun(const struct command_group *groups, struct suggestion *meant);
void command_suggest_verb(const struct command_group *groups, const char *noun,
                          struct suggestion *meant);

/* Options, values and exit codes of every command, as the overview tells them. */
extern const char command_for_every[];

/* "kontor help"; "kontor company --help"; one command's page. command_print_noun is false when
 * there is no such noun. */
void command_print_overview(const struct command_group *groups);
bool command_print_noun(const struct command_group *groups, const char *noun);
void command_print_help(const struct command *command);

#endif
