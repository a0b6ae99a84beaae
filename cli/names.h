/* Names of the proto as people and JSON write them. */
#ifndef CLI_NAMES_H
#define CLI_NAMES_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_SIZE 128

/* A field whose name ends in _micros is an amount. */
bool names_is_amount(const char *field);

/* An amount of something that is metered, which has no currency: quantity_micros, used_micros,
 * up_to_micros, package_micros. */
bool names_is_quantity(const char *field);

/* A price, in 10^-9 of the currency. */
bool names_is_nanos(const char *field);

/* "amount_micros" → "amount", "recorded_time" → "recorded time". */
void names_of_field(const char *field, char name[NAME_SIZE]);

/* "amount_micros" → "amountMicros", as protobuf's JSON mapping has it. */
void names_of_json(const char *field, char name[NAME_SIZE]);

/* TOP_UP_STATE_AWAITING_FUNDS of TopUpState → "awaiting-funds" with separator '-'; a number that
 * has no name as that number. */
void names_of_value(const ProtobufCEnumDescriptor *type, int value, char separator,
                    char name[NAME_SIZE]);

#endif
