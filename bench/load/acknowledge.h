/* Orders whose answer came: into books, journal and result. */
#ifndef BENCH_LOAD_ACKNOWLEDGE_H
#define BENCH_LOAD_ACKNOWLEDGE_H

#include "ledger/v1/order.pb-c.h"
#include "bench/load/run.h"

/* It was done. */
void acknowledge(struct run *run, const struct piece *piece, size_t number);

/* The ledger said of each order whether it was; there are as many results as orders. */
void acknowledge_results(struct run *run, const struct piece *piece,
                         const Ledger__V1__SubmitOrdersResponse *response);

#endif
