/* A fresh PostgreSQL database per test program, on the cluster that ./check started
 * (KONTOR_TEST_POSTGRES = its socket folder). A failed test keeps its database and says how to open
 * it. */
#ifndef TESTS_SUPPORT_TEST_DATABASE_H
#define TESTS_SUPPORT_TEST_DATABASE_H

/* Creates the database kontor_test_<name>_<pid> and returns its connection string; prints one line
 * and fails the program when no cluster is there. Dropped at exit when the program exits 0. */
const char *test_database_url(const char *name);

#endif
