#include "tests/support/test_database.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_SIZE 512

static char database_name[64];
static char database_url[TEXT_SIZE];

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "test database: %s: %s\n", what, why);
    exit(1);
}

static const char *cluster_folder(void)
{
    const char *folder = getenv("KONTOR_TEST_POSTGRES");
    if (folder == NULL || folder[0] == '\0')
        give_up("no cluster", "KONTOR_TEST_POSTGRES is to name the socket folder of a PostgreSQL");
    return folder;
}

static void url_of(const char *database, char url[TEXT_SIZE])
{
    int length =
        snprintf(url, TEXT_SIZE, "host=%s user=postgres dbname=%s", cluster_folder(), database);
    if (length < 0 || length >= TEXT_SIZE)
        give_up("no cluster", "KONTOR_TEST_POSTGRES is too long");
}

static void administer(const char *command, bool must_work)
{
    char url[TEXT_SIZE];
    url_of("postgres", url);
    PGconn *connection = PQconnectdb(url);
    PGresult *result = PQexec(connection, command);
    if (must_work && PQresultStatus(result) != PGRES_COMMAND_OK)
        give_up(command, PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
}

/* cmocka returns the number of failed tests from main, so the exit code says whether the database
 * is still of use. */
static void end(int exit_code, void *argument)
{
    (void)argument;
    if (exit_code == 0) {
        char command[TEXT_SIZE];
        snprintf(command, sizeof command, "DROP DATABASE IF EXISTS %s WITH (FORCE)", database_name);
        administer(command, false);
    } else if (database_name[0] != '\0') {
        fprintf(stderr, "The database of this test is kept: psql \"%s\"\n", database_url);
    }
}

const char *test_database_url(const char *name)
{
    if (database_url[0] != '\0')
        return database_url;
    int length =
        snprintf(database_name, sizeof database_name, "kontor_test_%s_%ld", name, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof database_name)
        give_up(name, "the name is too long");
    char command[TEXT_SIZE];
    snprintf(command, sizeof command, "CREATE DATABASE %s", database_name);
    administer(command, true);
    url_of(database_name, database_url);
    on_exit(end, NULL);
    return database_url;
}
