#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/database/reads.h"

static void what_only_reads_is_told_by_its_words(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        bool only_reads;
    } rows[] = {
        {"SELECT 1", true},
        {"-- INSERT here\nselect update_time, \"delete\", 'INSERT' FROM insertion", true},
        {"WITH a AS (SELECT 1) SELECT * FROM a", true},
        {"SELECT 1 FROM a FOR UPDATE", true},
        {"SELECT 1 FROM a FOR NO KEY UPDATE SKIP LOCKED", true},
        {"VALUES (1)", true},
        {"WITH gone AS (DELETE FROM a RETURNING b) SELECT * FROM gone", false},
        {"WITH a AS (SELECT 1) UPDATE b SET c = 1", false},
        {"WITH a AS (SELECT 1 FROM b FOR UPDATE) insert INTO c SELECT * FROM a", false},
        {"MERGE INTO a USING b ON true WHEN MATCHED THEN DO NOTHING", false},
        {"UPDATE a SET b = 1", false},
        {"COMMIT", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(sql_only_reads(rows[i].sql), rows[i].only_reads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_only_reads_is_told_by_its_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
