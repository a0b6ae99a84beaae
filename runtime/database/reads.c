#include "runtime/database/reads.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct word {
    const char *start;
    size_t length;
};

static bool word_is(struct word word, const char *text)
{
    return word.length == strlen(text) && strncasecmp(word.start, text, word.length) == 0;
}

static const char *behind_quoted(const char *sql)
{
    const char *end = strchr(sql + 1, *sql);
    return end != NULL ? end + 1 : sql + strlen(sql);
}

static bool is_of_word(char character)
{
    return isalnum((unsigned char)character) || character == '_' || character == '$';
}

/* The next word; its length is 0 at the end. Moves *sql behind it. */
static struct word next_word(const char **sql)
{
    const char *at = *sql;
    while (*at != '\0' && !is_of_word(*at)) {
        if (strncmp(at, "--", 2) == 0)
            at += strcspn(at, "\n");
        else
            at = *at == '\'' || *at == '"' ? behind_quoted(at) : at + 1;
    }
    struct word word = {at, 0};
    while (is_of_word(at[word.length]))
        word.length++;
    *sql = at + word.length;
    return word;
}

bool sql_only_reads(const char *sql)
{
    struct word word = next_word(&sql);
    bool only_reads = word_is(word, "SELECT") || word_is(word, "WITH") || word_is(word, "VALUES");
    while (only_reads && word.length > 0) {
        struct word before = word;
        word = next_word(&sql);
        bool locks = word_is(before, "FOR") || word_is(before, "KEY");
        only_reads = !word_is(word, "INSERT") && !word_is(word, "DELETE") &&
                     !word_is(word, "MERGE") && (!word_is(word, "UPDATE") || locks);
    }
    return only_reads;
}
