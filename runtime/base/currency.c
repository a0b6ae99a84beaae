#include "runtime/base/currency.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/amount.h"

/* 10^-exponent units, in micros; the exponents of ISO 4217 are 0, 2, 3 and 4. */
#define MINOR_UNIT_0 MICROS_PER_UNIT
#define MINOR_UNIT_2 (MICROS_PER_UNIT / 100)
#define MINOR_UNIT_3 (MICROS_PER_UNIT / 1000)
#define MINOR_UNIT_4 (MICROS_PER_UNIT / 10000)
#define ROW(code, exponent)                      \
    {                                            \
#code, (exponent), MINOR_UNIT_##exponent \
    }

/* Sorted by code. Codes without a minor unit (metals, units of account, XTS and XXX) are not money
 * that can be owed here. */
static const struct currency currencies[] = {
    ROW(AED, 2), ROW(AFN, 2), ROW(ALL, 2), ROW(AMD, 2), ROW(AOA, 2), ROW(ARS, 2), ROW(AUD, 2),
    ROW(AWG, 2), ROW(AZN, 2), ROW(BAM, 2), ROW(BBD, 2), ROW(BDT, 2), ROW(BHD, 3), ROW(BIF, 0),
    ROW(BMD, 2), ROW(BND, 2), ROW(BOB, 2), ROW(BOV, 2), ROW(BRL, 2), ROW(BSD, 2), ROW(BTN, 2),
    ROW(BWP, 2), ROW(BYN, 2), ROW(BZD, 2), ROW(CAD, 2), ROW(CDF, 2), ROW(CHE, 2), ROW(CHF, 2),
    ROW(CHW, 2), ROW(CLF, 4), ROW(CLP, 0), ROW(CNY, 2), ROW(COP, 2), ROW(COU, 2), ROW(CRC, 2),
    ROW(CUP, 2), ROW(CVE, 2), ROW(CZK, 2), ROW(DJF, 0), ROW(DKK, 2), ROW(DOP, 2), ROW(DZD, 2),
    ROW(EGP, 2), ROW(ERN, 2), ROW(ETB, 2), ROW(EUR, 2), ROW(FJD, 2), ROW(FKP, 2), ROW(GBP, 2),
    ROW(GEL, 2), ROW(GHS, 2), ROW(GIP, 2), ROW(GMD, 2), ROW(GNF, 0), ROW(GTQ, 2), ROW(GYD, 2),
    ROW(HKD, 2), ROW(HNL, 2), ROW(HTG, 2), ROW(HUF, 2), ROW(IDR, 2), ROW(ILS, 2), ROW(INR, 2),
    ROW(IQD, 3), ROW(IRR, 2), ROW(ISK, 0), ROW(JMD, 2), ROW(JOD, 3), ROW(JPY, 0), ROW(KES, 2),
    ROW(KGS, 2), ROW(KHR, 2), ROW(KMF, 0), ROW(KPW, 2), ROW(KRW, 0), ROW(KWD, 3), ROW(KYD, 2),
    ROW(KZT, 2), ROW(LAK, 2), ROW(LBP, 2), ROW(LKR, 2), ROW(LRD, 2), ROW(LSL, 2), ROW(LYD, 3),
    ROW(MAD, 2), ROW(MDL, 2), ROW(MGA, 2), ROW(MKD, 2), ROW(MMK, 2), ROW(MNT, 2), ROW(MOP, 2),
    ROW(MRU, 2), ROW(MUR, 2), ROW(MVR, 2), ROW(MWK, 2), ROW(MXN, 2), ROW(MXV, 2), ROW(MYR, 2),
    ROW(MZN, 2), ROW(NAD, 2), ROW(NGN, 2), ROW(NIO, 2), ROW(NOK, 2), ROW(NPR, 2), ROW(NZD, 2),
    ROW(OMR, 3), ROW(PAB, 2), ROW(PEN, 2), ROW(PGK, 2), ROW(PHP, 2), ROW(PKR, 2), ROW(PLN, 2),
    ROW(PYG, 0), ROW(QAR, 2), ROW(RON, 2), ROW(RSD, 2), ROW(RUB, 2), ROW(RWF, 0), ROW(SAR, 2),
    ROW(SBD, 2), ROW(SCR, 2), ROW(SDG, 2), ROW(SEK, 2), ROW(SGD, 2), ROW(SHP, 2), ROW(SLE, 2),
    ROW(SOS, 2), ROW(SRD, 2), ROW(SSP, 2), ROW(STN, 2), ROW(SVC, 2), ROW(SYP, 2), ROW(SZL, 2),
    ROW(THB, 2), ROW(TJS, 2), ROW(TMT, 2), ROW(TND, 3), ROW(TOP, 2), ROW(TRY, 2), ROW(TTD, 2),
    ROW(TWD, 2), ROW(TZS, 2), ROW(UAH, 2), ROW(UGX, 0), ROW(USD, 2), ROW(USN, 2), ROW(UYI, 0),
    ROW(UYU, 2), ROW(UYW, 4), ROW(UZS, 2), ROW(VED, 2), ROW(VES, 2), ROW(VND, 0), ROW(VUV, 0),
    ROW(WST, 2), ROW(XAD, 2), ROW(XAF, 0), ROW(XCD, 2), ROW(XCG, 2), ROW(XOF, 0), ROW(XPF, 0),
    ROW(YER, 2), ROW(ZAR, 2), ROW(ZMW, 2), ROW(ZWG, 2),
};

static int code_compare(const void *code, const void *row)
{
    return strcmp(code, ((const struct currency *)row)->code);
}

const struct currency *currency_find(const char *code)
{
    if (code == NULL)
        return NULL;
    return bsearch(code, currencies, sizeof currencies / sizeof currencies[0], sizeof currencies[0],
                   code_compare);
}
