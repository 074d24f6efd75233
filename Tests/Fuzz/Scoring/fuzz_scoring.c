/* Bytes decide on a scorer's options and on calls, right and wrong: each call must give the status that the header
 * promises, and the numbers of the reference if that is APUS_OK. */
#include <string.h>

#include "call.h"
#include "faults.h"
#include "fuzzer.h"
#include "questions.h"
#include "require.h"

/* What the reference gives for the rows' meaning: dense floats, in which NaN alone is missing. */
static void check_results(const scoring_call *call, const test_subject *subject, const apus_scorer_options *meant)
{
  apus_scorer_options options = {.struct_size = sizeof options, .output = meant->output,
                                 .iteration_begin = meant->iteration_begin, .iteration_end = meant->iteration_end,
                                 .engine = "reference"};
  apus_batch_options batch = {.struct_size = sizeof batch, .base_margin = call->base_margin};
  const dense_rows *rows = &call->meaning;
  if (call->base_margin) batch.base_margin_count = rows->row_count * (size_t)subject->info.margin_count;
  apus_scorer *reference = NULL;
  apus_error error;
  require(apus_scorer_create(subject->model, &options, &reference, &error) == APUS_OK, "reference: %s", error.message);
  scoring_call expected = {0};
  expected.out = call_memory(&expected, call->needed, sizeof(double));
  require(apus_scorer_score_f32(reference, rows->values, rows->row_count, rows->feature_count, 0, &batch, expected.out,
                                call->needed, &error) == APUS_OK,
          "reference: %s", error.message);
  require_same(expected.out, call->out, call->needed, "scores");
  apus_scorer_release(reference);
  end_call(&expected);
}

static void check_rest_of_out(const scoring_call *call)
{
  static const unsigned char untouched[8] = {0xA5, 0xA5, 0xA5, 0xA5, 0xA5, 0xA5, 0xA5, 0xA5};
  for (size_t i = call->needed; call->out && i < call->out_capacity; i++)
    require(memcmp(call->out + i, untouched, 8) == 0, "double %zu behind the %zu results was written", i, call->needed);
}

static void check_call(const test_subject *subject, const apus_scorer *scorer, const scorer_plan *plan,
                       byte_stream *stream)
{
  static scoring_call call;
  take_call(&call, scorer, &plan->meant, stream);
  if (take_byte(stream) >= 160) take_fault(&call, stream);
  apus_error error;
  memset(&error, 0xA5, sizeof error);
  apus_status status = perform(&call, &error);
  require_allowed(call.allowed, status, "a scoring call", &error);
  if (status == APUS_OK) {
    check_rest_of_out(&call);
    check_results(&call, subject, &plan->meant);
  }
  end_call(&call);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  static scorer_plan plan;
  byte_stream stream = stream_of(bytes, length);
  const test_subject *subject = take_subject(&stream);
  take_scorer_plan(&plan, subject, &stream);
  apus_scorer *scorer = NULL;
  apus_error error;
  memset(&error, 0xA5, sizeof error);
  apus_status status = apus_scorer_create(subject->model, plan.options, &scorer, &error);
  require_allowed(plan.allowed, status, "apus_scorer_create", &error);
  require((status == APUS_OK) == (scorer != NULL), "status %d, but the scorer is %p", status, (void *)scorer);
  if (scorer) {
    ask_questions(subject, scorer, &stream);
    do check_call(subject, scorer, &plan, &stream);
    while (!stream_is_empty(&stream));
  }
  apus_scorer_release(scorer);
  return 0;
}
