#include "runtime/people/phone.h"

#include <cstring>
#include <string>

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

using i18n::phonenumbers::NullLogger;
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace
{

constexpr std::size_t digits_max = 15;

/* Its own logger would write what it cannot read, somebody's number, to stdout. */
PhoneNumberUtil *plans()
{
    static PhoneNumberUtil *const instance = [] {
        PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
        util->SetLogger(new NullLogger);
        return util;
    }();
    return instance;
}

bool has_form(const char *phone)
{
    std::size_t digits = phone[0] == '+' ? std::strspn(phone + 1, "0123456789") : 0;
    return digits > 0 && digits <= digits_max && phone[1 + digits] == '\0';
}

/* Reads a number that is already as E.164 writes it. */
bool read(const char *phone, PhoneNumber *number)
{
    std::string normal;
    if (!has_form(phone) ||
        plans()->Parse(phone, "ZZ", number) != PhoneNumberUtil::NO_PARSING_ERROR)
        return false;
    plans()->Format(*number, PhoneNumberUtil::E164, &normal);
    return normal == phone;
}

/* Where a country's plan says nothing of mobile numbers, the lengths of all its numbers count. */
bool has_mobile_plan(const PhoneNumber &number)
{
    std::string region;
    std::set<PhoneNumberUtil::PhoneNumberType> types;
    plans()->GetRegionCodeForCountryCode(number.country_code(), &region);
    plans()->GetSupportedTypesForRegion(region, &types);
    return types.count(PhoneNumberUtil::MOBILE) > 0;
}

} // namespace

bool phone_is_possible(const char *phone)
{
    PhoneNumber number;
    return read(phone, &number) &&
           plans()->IsPossibleNumberWithReason(number) == PhoneNumberUtil::IS_POSSIBLE;
}

bool phone_is_possible_mobile(const char *phone)
{
    PhoneNumber number;
    if (!read(phone, &number))
        return false;
    PhoneNumberUtil::ValidationResult result =
        has_mobile_plan(number)
            ? plans()->IsPossibleNumberForTypeWithReason(number, PhoneNumberUtil::MOBILE)
            : plans()->IsPossibleNumberWithReason(number);
    return result == PhoneNumberUtil::IS_POSSIBLE;
}
