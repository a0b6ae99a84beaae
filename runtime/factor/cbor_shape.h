/* The shape of a stranger's CBOR, looked at before libcbor reads it: that reserves as much memory
 * as a header claims. */
#ifndef RUNTIME_FACTOR_CBOR_SHAPE_H
#define RUNTIME_FACTOR_CBOR_SHAPE_H

#include <stdbool.h>

#include "runtime/base/text.h"

#define CBOR_DEPTH_MAX 8

/* Passes over one item: of definite lengths that the bytes hold, nested at most CBOR_DEPTH_MAX
 * deep. false: there is none. */
bool cbor_shape_pass(struct bytes *rest);

#endif
