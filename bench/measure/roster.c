#include "bench/measure/roster.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/text.h"

#define LINE_SIZE 2048
#define SPACES " \n"

static bool complain(char mistake[ROSTER_MISTAKE_SIZE], const char *path, size_t line,
                     const char *what)
{
    (void)!text_print(mistake, ROSTER_MISTAKE_SIZE, "%s, line %zu: %s", path, line, what);
    return false;
}

static struct roster_row *add_row(struct roster *roster, size_t count)
{
    if ((count & (count - 1)) == 0) {
        roster->rows = realloc(roster->rows, (count == 0 ? 1 : 2 * count) * sizeof *roster->rows);
        assert(roster->rows != NULL);
    }
    roster->rows[count] = (struct roster_row){.sessions = 0};
    return &roster->rows[count];
}

static const char *parse(char *line, struct roster_row *row)
{
    char *rest = NULL;
    const char *company = strtok_r(line, SPACES, &rest), *account = strtok_r(NULL, SPACES, &rest);
    if (company == NULL || account == NULL || !id_parse(company, &row->company) ||
        !id_parse(account, &row->account))
        return "two ids are wanted first";
    for (const char *token; (token = strtok_r(NULL, SPACES, &rest)) != NULL; row->sessions++) {
        if (row->sessions == ROSTER_SESSIONS_MAX || strlen(token) >= ROSTER_TOKEN_SIZE)
            return "too many tokens, or one too long";
        memcpy(row->tokens[row->sessions], token, strlen(token) + 1);
    }
    return NULL;
}

/* Companies are counted where the company's id changes. */
static const char *count_company(struct roster *roster, size_t count)
{
    const struct roster_row *rows = roster->rows;
    if (count == 0 || id_compare(rows[count].company, rows[count - 1].company) != 0)
        roster->companies++;
    if (roster->companies == 1)
        roster->accounts = count + 1;
    return roster->companies == count / roster->accounts + 1
               ? NULL
               : "companies have different numbers of accounts";
}

static const char *read_lines(struct roster *roster, FILE *file, size_t *count)
{
    char line[LINE_SIZE];
    for (; fgets(line, sizeof line, file) != NULL; ++*count) {
        const char *mistake = parse(line, add_row(roster, *count));
        if (mistake == NULL)
            mistake = count_company(roster, *count);
        if (mistake != NULL)
            return mistake;
    }
    bool is_whole = *count > 0 && *count % roster->accounts == 0 && roster->accounts >= 2;
    return is_whole ? NULL : "every company needs as many accounts, two at least";
}

bool roster_read(struct roster *roster, const char *path, char mistake[ROSTER_MISTAKE_SIZE])
{
    size_t count = 0;
    *roster = (struct roster){.rows = NULL};
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return complain(mistake, path, 0, "cannot be read");
    const char *found = read_lines(roster, file, &count);
    fclose(file);
    if (found == NULL)
        return true;
    roster_free(roster);
    return complain(mistake, path, count + 1, found);
}

bool roster_keep_shard(struct roster *roster, size_t shard, size_t shards)
{
    assert(shard < shards);
    size_t kept = 0;
    for (size_t company = shard; company < roster->companies; company += shards, kept++)
        memmove(&roster->rows[kept * roster->accounts], &roster->rows[company * roster->accounts],
                roster->accounts * sizeof *roster->rows);
    roster->companies = kept;
    return kept > 0;
}

void roster_free(struct roster *roster)
{
    free(roster->rows);
    *roster = (struct roster){.rows = NULL};
}

const struct roster_row *roster_row(const struct roster *roster, size_t company, size_t account)
{
    assert(company < roster->companies && account < roster->accounts);
    return &roster->rows[company * roster->accounts + account];
}
