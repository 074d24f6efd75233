/* Wrong calls of the header's sections 6 and 7, in both precisions. */
#define ELEMENT float
#define SUFFIX f32
#include "errors_calls.h"
#undef ELEMENT
#undef SUFFIX
#define ELEMENT double
#define SUFFIX f64
#include "errors_calls.h"
