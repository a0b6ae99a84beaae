#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/network.h"
#include "runtime/database/database.h"

#define HOST_SIZE 256

/* A word of the URL, else what the environment says; "" for neither. */
static const char *word_of(const PQconninfoOption *words, const char *keyword)
{
    for (; words->keyword != NULL; words++) {
        if (strcmp(words->keyword, keyword) != 0)
            continue;
        const char *environment =
            words->val == NULL && words->envvar != NULL ? getenv(words->envvar) : NULL;
        return words->val != NULL ? words->val : environment != NULL ? environment : "";
    }
    return "";
}

static bool is_local(const char *host)
{
    return host[0] == '\0' || host[0] == '/' || host[0] == '@' || host_is_loopback(host);
}

/* Several hosts are separated by commas. */
static bool are_local(const char *hosts)
{
    for (const char *at = hosts;; at++) {
        char host[HOST_SIZE];
        size_t length = strcspn(at, ",");
        if (!text_print(host, sizeof host, "%.*s", (int)length, at) || !is_local(host))
            return false;
        at += length;
        if (*at == '\0')
            return true;
    }
}

bool database_url_is_verified(struct secret url)
{
    PQconninfoOption *words = PQconninfoParse(secret_reveal(url), NULL);
    if (words == NULL)
        return true; /* said when it is connected to */
    bool verified = strcmp(word_of(words, "sslmode"), "verify-full") == 0;
    bool local = are_local(word_of(words, "host")) && are_local(word_of(words, "hostaddr"));
    PQconninfoFree(words);
    return verified || local;
}
