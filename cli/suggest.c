#include "cli/suggest.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define LENGTH_MAX 40
#define PREFIX_MIN 3

struct suggestion suggest_for(const char *typed)
{
    return (struct suggestion){.typed = typed, .distance = SIZE_MAX};
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* One row of Damerau and Levenshtein's table: of the first i letters of a, from the two rows
 * before.
 */
static void next_row(size_t rows[3][LENGTH_MAX + 1], const char *a, size_t i, const char *b)
{
    const size_t *before = rows[(i + 1) % 3], *last = rows[(i + 2) % 3];
    size_t *row = rows[i % 3];
    row[0] = i;
    for (size_t j = 1; b[j - 1] != '\0'; j++) {
        size_t changed = last[j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0);
        row[j] = least(changed, least(last[j], row[j - 1]) + 1);
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            row[j] = least(row[j], before[j - 2] + 1);
    }
}

static size_t distance_of(const char *a, const char *b)
{
    size_t rows[3][LENGTH_MAX + 1];
    size_t a_length = strlen(a), b_length = strlen(b);
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++)
        next_row(rows, a, i, b);
    return rows[a_length % 3][b_length];
}

void suggest_consider(struct suggestion *suggestion, const char *word)
{
    size_t typed = strlen(suggestion->typed);
    if (typed > LENGTH_MAX || strlen(word) > LENGTH_MAX)
        return;
    bool begins = typed >= PREFIX_MIN && strncmp(word, suggestion->typed, typed) == 0;
    size_t distance = begins ? 1 : distance_of(suggestion->typed, word);
    size_t allowed = typed < PREFIX_MIN ? 1 : typed / 3;
    if (distance == 0 || distance > allowed || distance >= suggestion->distance)
        return;
    suggestion->distance = distance;
    snprintf(suggestion->nearest, sizeof(suggestion->nearest), "%s", word);
}
