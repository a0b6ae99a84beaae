/* Every kind of parameter goes to a real PostgreSQL and comes back as it was. */
#include "tests/runtime/database/fixture.h"

#define TIME_US INT64_C(1795262400123456) /* 2026-11-21T12:00:00.123456Z */

static void scalars(struct task *task, void *argument)
{
    (void)argument;
    static const struct query query = {
        "scalars",
        "SELECT $1::bigint, $2::boolean, $3::text, $4::uuid, $5::timestamptz, $6::bytea, $3 = "
        "'größe', $5 = '2026-11-21 12:00:00.123456Z', $1 < 0"};
    struct database *database = database_open(task);
    struct id id = id_new(TIME_US);
    struct rows rows;
    for (int round = 0; round < 3; round++)
        assert_int_equal(
            database_query(reader_of(task, database), &query,
                           PARAMS(param_int64(INT64_MIN), param_bool(true), param_text("größe"),
                                  param_id(id), param_time(TIME_US), param_bytes("\0\1\377", 3)),
                           &rows),
            FAILURE_NONE);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.column_count, 9);
    assert_int_equal(row_int64(&rows, 0, 0), INT64_MIN);
    assert_true(row_bool(&rows, 0, 1));
    assert_string_equal(row_text(&rows, 0, 2), "größe");
    assert_true(id_equal(row_id(&rows, 0, 3), id));
    assert_int_equal(row_time_us(&rows, 0, 4), TIME_US);
    assert_int_equal(row_bytes(&rows, 0, 5).size, 3);
    assert_memory_equal(row_bytes(&rows, 0, 5).data, "\0\1\377", 3);
    for (size_t column = 6; column < 9; column++)
        assert_true(row_bool(&rows, 0, column));
    database_free(database);
}

static void nulls(struct task *task, void *argument)
{
    (void)argument;
    static const struct query query = {
        "nulls", "SELECT $1::bigint, $2::boolean, $3::text, $4::uuid, $5::timestamptz, $6::bytea"};
    struct database *database = database_open(task);
    struct rows rows;
    assert_int_equal(database_query(reader_of(task, database), &query,
                                    PARAMS(param_null(), param_null(), param_text(NULL),
                                           param_null(), param_null(), param_null()),
                                    &rows),
                     FAILURE_NONE);
    for (size_t column = 0; column < 6; column++)
        assert_true(row_is_null(&rows, 0, column));
    assert_int_equal(row_int64(&rows, 0, 0), 0);
    assert_false(row_bool(&rows, 0, 1));
    assert_null(row_text(&rows, 0, 2));
    assert_true(id_is_nil(row_id(&rows, 0, 3)));
    assert_int_equal(row_time_us(&rows, 0, 4), 0);
    assert_null(row_bytes(&rows, 0, 5).data);

    /* The parameters that were NULL had no type of their own; now they have. */
    struct id id = id_new(TIME_US);
    assert_int_equal(database_query(reader_of(task, database), &query,
                                    PARAMS(param_int64(-1), param_bool(true), param_text(""),
                                           param_id(id), param_time(0), param_bytes(NULL, 0)),
                                    &rows),
                     FAILURE_NONE);
    assert_int_equal(row_int64(&rows, 0, 0), -1);
    assert_string_equal(row_text(&rows, 0, 2), "");
    assert_true(id_equal(row_id(&rows, 0, 3), id));
    assert_int_equal(row_time_us(&rows, 0, 4), 0);
    assert_false(row_is_null(&rows, 0, 5));
    assert_int_equal(row_bytes(&rows, 0, 5).size, 0);
    database_free(database);
}

static void arrays(struct task *task, void *argument)
{
    (void)argument;
    static const struct query query = {"arrays",
                                       "SELECT * FROM unnest($1::bigint[], $2::boolean[], "
                                       "$3::text[], $4::uuid[], $5::timestamptz[], $6::bytea[])"};
    struct database *database = database_open(task);
    int64_t numbers[] = {-1, INT64_MAX, INT64_MIN};
    bool flags[] = {true, false, true};
    const char *texts[] = {"a", NULL, "'\"{},\\"};
    struct id ids[] = {id_new(TIME_US), id_new(TIME_US), {{0}}};
    int64_t times[] = {0, TIME_US, -1};
    struct bytes bytes[] = {{(const uint8_t *)"\0x", 2}, {NULL, 0}, {(const uint8_t *)"z", 1}};
    struct rows rows;
    assert_int_equal(
        database_query(reader_of(task, database), &query,
                       PARAMS(param_int64_array(numbers, 3), param_bool_array(flags, 3),
                              param_text_array(texts, 3), param_id_array(ids, 3),
                              param_time_array(times, 3), param_bytes_array(bytes, 3)),
                       &rows),
        FAILURE_NONE);
    assert_int_equal(rows.count, 3);
    for (size_t row = 0; row < 3; row++) {
        assert_int_equal(row_int64(&rows, row, 0), numbers[row]);
        assert_int_equal(row_bool(&rows, row, 1), flags[row]);
        assert_true(id_equal(row_id(&rows, row, 3), ids[row]));
        assert_int_equal(row_time_us(&rows, row, 4), times[row]);
        assert_int_equal(row_bytes(&rows, row, 5).size, bytes[row].size);
    }
    assert_string_equal(row_text(&rows, 0, 2), "a");
    assert_true(row_is_null(&rows, 1, 2));
    assert_string_equal(row_text(&rows, 2, 2), texts[2]);

    assert_int_equal(database_query(reader_of(task, database), &query,
                                    PARAMS(param_int64_array(NULL, 0), param_bool_array(NULL, 0),
                                           param_text_array(NULL, 0), param_id_array(NULL, 0),
                                           param_time_array(NULL, 0), param_bytes_array(NULL, 0)),
                                    &rows),
                     FAILURE_NONE);
    assert_int_equal(rows.count, 0);
    database_free(database);
}

static void array_nulls(struct task *task, void *argument)
{
    (void)argument;
    static const struct query query = {"array_nulls",
                                       "SELECT * FROM unnest($1::bigint[], $2::uuid[])"};
    struct database *database = database_open(task);
    int64_t numbers[] = {1, 2};
    struct id ids[] = {id_new(TIME_US), id_new(TIME_US)};
    bool is_null[] = {false, true};
    struct param params[] = {param_int64_array(numbers, 2), param_id_array(ids, 2)};
    params[0].nulls = params[1].nulls = is_null;
    struct rows rows;
    assert_int_equal(database_query(reader_of(task, database), &query, params, 2, &rows),
                     FAILURE_NONE);
    assert_int_equal(row_int64(&rows, 0, 0), 1);
    assert_true(row_is_null(&rows, 1, 0));
    assert_true(id_equal(row_id(&rows, 0, 1), ids[0]));
    assert_true(row_is_null(&rows, 1, 1));
    database_free(database);
}

/* An answer too large for the task's arena is a refusal, and the connection serves the next query.
 */
static void too_many_rows(struct task *task, void *argument)
{
    (void)argument;
    static const struct query many = {
        "many", "SELECT i::bigint, repeat('x', 50) FROM generate_series(1, 1000000) AS i"};
    static const struct query one = {"one", "SELECT 1::bigint"};
    struct database *database = database_open(task);
    struct rows rows;
    struct arena_mark mark = arena_mark(task_arena(task));
    assert_int_equal(database_query(reader_of(task, database), &many, NO_PARAMS, &rows),
                     FAILURE_EXHAUSTED);
    assert_int_equal(rows.count, 0); /* who overlooks it finds nothing */
    assert_int_equal(database_query(reader_of(task, database), &one, NO_PARAMS, &rows),
                     FAILURE_EXHAUSTED); /* until the arena forgets it */
    arena_rewind(task_arena(task), mark);
    assert_int_equal(database_query(reader_of(task, database), &one, NO_PARAMS, &rows),
                     FAILURE_NONE);
    assert_int_equal(row_int64(&rows, 0, 0), 1);
    database_free(database);
}

static void too_many_parameter_bytes(struct task *task, void *argument)
{
    (void)argument;
    static const struct query query = {"count", "SELECT count(*) FROM unnest($1::bigint[])"};
    static int64_t numbers[1500000];
    struct database *database = database_open(task);
    struct rows rows;
    assert_int_equal(database_query(reader_of(task, database), &query,
                                    PARAMS(param_int64_array(numbers, 1500000)), &rows),
                     FAILURE_EXHAUSTED);
    assert_int_equal(database_query(reader_of(task, database), &query,
                                    PARAMS(param_int64_array(numbers, 100000)), &rows),
                     FAILURE_NONE);
    assert_int_equal(row_int64(&rows, 0, 0), 100000);
    database_free(database);
}

IN_TASK(scalars)
IN_TASK(nulls)
IN_TASK(arrays)
IN_TASK(array_nulls)
IN_TASK(too_many_rows)
IN_TASK(too_many_parameter_bytes)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scalars),       cmocka_unit_test(test_nulls),
        cmocka_unit_test(test_arrays),        cmocka_unit_test(test_array_nulls),
        cmocka_unit_test(test_too_many_rows), cmocka_unit_test(test_too_many_parameter_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
