#define _POSIX_C_SOURCE 200809L
#include "cli/screen.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/view.h"

#define WIDTH_OTHERWISE 80
#define NOT_FOUND 127 /* what a shell says of a program that is not there */

static struct winsize size_of_screen(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return (struct winsize){.ws_col = WIDTH_OTHERWISE};
    return size;
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (; (text = strchr(text, '\n')) != NULL; text++)
        lines++;
    return lines;
}

static const char *pager(void)
{
    const char *chosen = getenv("KONTOR_PAGER");
    chosen = chosen != NULL ? chosen : getenv("PAGER");
    chosen = chosen != NULL ? chosen : "less";
    return strcmp(chosen, "cat") == 0 ? "" : chosen;
}

/* Whether a pager showed it. One that was left before the end has shown enough. */
static bool page(const char *text)
{
    if (pager()[0] == '\0' || setenv("LESS", "FRX", 0) != 0 || fflush(stdout) != 0)
        return false;
    signal(SIGPIPE, SIG_DFL); /* the pager inherits it */
    FILE *to = popen(pager(), "w");
    signal(SIGPIPE, SIG_IGN);
    if (to == NULL)
        return false;
    fputs(text, to);
    int status = pclose(to);
    return !(WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND);
}

void screen_print(const ProtobufCMessage *message)
{
    char *text = NULL;
    size_t length = 0;
    FILE *memory = isatty(STDOUT_FILENO) ? open_memstream(&text, &length) : NULL;
    if (memory == NULL) {
        view_print(stdout, message, SIZE_MAX);
        return;
    }
    struct winsize size = size_of_screen();
    view_print(memory, message, size.ws_col);
    if (fclose(memory) == 0) {
        bool is_long = size.ws_row > 0 && count_lines(text) >= size.ws_row;
        if (!is_long || !isatty(STDIN_FILENO) || !page(text))
            fputs(text, stdout);
    }
    free(text);
}
