#include "runtime/database/database.h"

#include <assert.h>
#include <stdlib.h>

#include "runtime/database/pool.h"

struct database *database_new(struct loop *loop, const struct database_settings *settings)
{
    assert(settings->connections_shared >= 0 && settings->connections_exclusive >= 0 &&
           settings->schema != NULL);
    struct database *database = calloc(1, sizeof *database);
    assert(database != NULL);
    database->loop = loop;
    database->hands_locks_back = settings->hands_locks_back;
    if (!connector_init(&database->connector, loop_uv(loop), settings)) {
        free(database);
        return NULL;
    }
    pool_init(&database->shared, database, settings->connections_shared, settings->wait_max_ms);
    pool_init(&database->exclusive, database, settings->connections_exclusive,
              settings->wait_max_ms);
    pools_connect(database);
    return database;
}

void database_free(struct database *database)
{
    if (database == NULL)
        return;
    pool_deinit(&database->shared);
    pool_deinit(&database->exclusive);
    connector_deinit(&database->connector);
    free(database);
}

int database_library_version(void)
{
    return PQlibVersion();
}

bool database_is_ready(const struct database *database)
{
    return pools_are_up(database);
}
