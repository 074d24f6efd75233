/* Scoring of float values. */
#include "pieces.h"

#define VALUE jfloat
#define VALUE_ARRAY jfloatArray
#define READ GetFloatArrayRegion
#define COPY_IN copy_in_floats
#define CORE(name) core.scorer_##name##_f32
#define SCORE(type, name) NATIVE(type, name##F32)

#include "score.inc"
