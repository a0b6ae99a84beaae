#include "cli/manual.h"

#include <stdio.h>
#include <string.h>

static void print_character(char character)
{
    if (character == '\\')
        fputs("\\e", stdout);
    else
        putchar(character);
}

/* roff takes a line that begins with a point or an apostrophe for a request. */
static void begin_line(char first)
{
    if (first == '.' || first == '\'')
        fputs("\\&", stdout);
}

/* Text as it is; roff wants each sentence on a line of its own. */
static void print_text(const char *text)
{
    begin_line(*text);
    for (; *text != '\0'; text++) {
        print_character(*text);
        if (strchr(".!?", *text) != NULL && text[1] == ' ') {
            for (; text[1] == ' '; text++)
                ;
            putchar('\n');
            begin_line(text[1]);
        }
    }
}

static void print_line(const char *text)
{
    for (begin_line(*text); *text != '\0'; text++)
        print_character(*text);
    putchar('\n');
}

static void print_option(const struct option *option)
{
    if ((option->flags & (OPTION_SECRET | OPTION_CONSTANT)) != 0)
        return;
    bool is_required = (option->flags & OPTION_REQUIRED) != 0 && option->remembered == NULL;
    bool is_switch = (option->flags & OPTION_SWITCH) != 0;
    printf(".It Fl -%s", option->name);
    printf(is_switch ? "\n" : " Ar %s\n", option->placeholder);
    print_text(option->help);
    fputs(is_required ? "\nRequired.\n" : "\n", stdout);
    if (option->fallback != NULL) {
        print_text(option->fallback);
        puts(" unless given.");
    }
}

static void print_options(const struct command *command)
{
    puts(".Bl -tag -width indent");
    for (const struct option *option = command->options; option->name != NULL; option++)
        print_option(option);
    if (command->secret_file_option != NULL)
        printf(".It Fl -%s Ar FILE\nReads secrets from the file, one a line.\n",
               command->secret_file_option);
    puts(".El");
}

static bool has_options(const struct command *command)
{
    for (size_t i = 0; command->options != NULL && command->options[i].name != NULL; i++) {
        if ((command->options[i].flags & (OPTION_SECRET | OPTION_CONSTANT)) == 0)
            return true;
    }
    return command->secret_file_option != NULL;
}

static void print_command(const struct command *command)
{
    printf(".Ss kontor %s%s%s\n", command->noun, command->verb[0] != '\0' ? " " : "",
           command->verb);
    print_text(command->summary);
    putchar('\n');
    if (has_options(command))
        print_options(command);
    if (command->examples == NULL)
        return;
    puts(".Bd -literal");
    for (size_t i = 0; command->examples[i] != NULL; i++) {
        fputs("kontor ", stdout);
        print_line(command->examples[i]);
    }
    puts(".Ed");
}

static void print_literal(const char *text)
{
    puts(".Bd -literal");
    print_line(text + (*text == '\n' ? 1 : 0));
    puts(".Ed");
}

void manual_print(const struct command_group *groups)
{
    puts(".Dd $Mdocdate$\n.Dt KONTOR 1\n.Os Kontor\n.Sh NAME\n.Nm kontor\n.Nd client of "
         "Kontor's gateway\n"
         ".Sh SYNOPSIS\n.Nm kontor\n.Ar noun\n.Op Ar verb\n.Op Fl -option Ar value ...\n"
         ".Sh DESCRIPTION\nCommands that stand together follow, each with its options.");
    print_literal(command_for_every);
    for (const struct command_group *group = groups; group->title != NULL; group++) {
        printf(".Sh %s\n", group->title);
        for (const struct command *command = group->commands; command->noun != NULL; command++)
            print_command(command);
    }
}
