/* What the calls of the header's section 7 refuse alike: batch options and the room for the results. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "refusal.h"

typedef struct newer_batch_options {
  apus_batch_options known;
  char unknown[32];
} newer_batch_options;

static apus_batch_options defaults(void)
{
  apus_batch_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  return options;
}

static double *askew(double *pointer)
{
  return (double *)(void *)((char *)pointer + sizeof(double) / 2);
}

static void refuse_output(batch_call call, const void *context, size_t need, const char *need_text)
{
  double *out = (double *)allocate(need + 1, sizeof *out);
  REFUSED(APUS_INVALID_ARGUMENT, "out", call(context, NULL, NULL, need, error));
  REFUSED(APUS_INVALID_ARGUMENT, "align", call(context, NULL, askew(out), need, error));
  REFUSED(APUS_BUFFER_TOO_SMALL, need_text, call(context, NULL, out, need - 1, error));
  REFUSED(APUS_BUFFER_TOO_SMALL, need_text, call(context, NULL, out, 0, error));
  out[need] = 42;
  ACCEPTED(call(context, NULL, out, need + 1, error));
  check(out[need] == 42.0, "written behind the results");
  free(out);
}

static void refuse_sizes(batch_call call, const void *context, size_t need, double *out)
{
  apus_batch_options options = defaults();
  options.struct_size = 0;
  REFUSED(APUS_INVALID_OPTION, "struct_size", call(context, &options, out, need, error));
  options.struct_size = 3;
  REFUSED(APUS_INVALID_OPTION, "struct_size", call(context, &options, out, need, error));

  newer_batch_options newer;
  memset(&newer, 0, sizeof newer);
  newer.known.struct_size = sizeof newer;
  ACCEPTED(call(context, &newer.known, out, need, error));
  newer.unknown[sizeof newer.unknown - 1] = 1;
  REFUSED(APUS_INVALID_OPTION, "apus_batch_options", call(context, &newer.known, out, need, error));
}

static void refuse_threads(batch_call call, const void *context, size_t need, double *out)
{
  apus_batch_options options = defaults();
  static const int32_t wrong[] = {-1, 1025, INT32_MAX, INT32_MIN};
  for (size_t index = 0; index < sizeof wrong / sizeof wrong[0]; index++) {
    options.thread_count = wrong[index];
    REFUSED(APUS_INVALID_OPTION, "thread_count", call(context, &options, out, need, error));
  }
  options.thread_count = 1024;
  ACCEPTED(call(context, &options, out, need, error));
}

static void refuse_base_margins(batch_call call, const void *context, size_t need, const char *need_text,
                                double *out)
{
  double *base = (double *)allocate(need + 1, sizeof *base);
  apus_batch_options options = defaults();
  options.base_margin_count = need;
  REFUSED(APUS_INVALID_ARGUMENT, "base_margin", call(context, &options, out, need, error));
  options.base_margin = askew(base);
  REFUSED(APUS_INVALID_ARGUMENT, "base_margin", call(context, &options, out, need, error));
  options.base_margin = base;
  options.base_margin_count = need - 1;
  REFUSED(APUS_INVALID_ARGUMENT, need_text, call(context, &options, out, need, error));
  options.base_margin_count = need + 1;
  REFUSED(APUS_INVALID_ARGUMENT, need_text, call(context, &options, out, need, error));
  options.base_margin_count = 0;
  REFUSED(APUS_INVALID_ARGUMENT, need_text, call(context, &options, out, need, error));
  options.base_margin_count = need;
  ACCEPTED(call(context, &options, out, need, error));
  free(base);
}

void refuse_options_and_output(const char *function, batch_call call, const void *context, size_t need)
{
  char need_text[32];
  double *out = (double *)allocate(need, sizeof *out);
  snprintf(need_text, sizeof need_text, "%zu", need);
  now_calling(function);
  refuse_output(call, context, need, need_text);
  refuse_sizes(call, context, need, out);
  refuse_threads(call, context, need, out);
  refuse_base_margins(call, context, need, need_text, out);
  now_calling("");
  free(out);
}
