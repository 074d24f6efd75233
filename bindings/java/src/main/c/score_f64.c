/* Scoring of double values. */
#include "pieces.h"

#define VALUE jdouble
#define VALUE_ARRAY jdoubleArray
#define READ GetDoubleArrayRegion
#define COPY_IN copy_in_doubles
#define CORE(name) core.scorer_##name##_f64
#define SCORE(type, name) NATIVE(type, name##F64)

#include "score.inc"
