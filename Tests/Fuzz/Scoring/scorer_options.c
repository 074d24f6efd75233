#include "scorer_options.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "require.h"
#include "scores.h"

enum { LARGEST_STRUCT = 4096 };

uint32_t take_struct_size(byte_stream *stream, size_t right)
{
  uint8_t choice = take_byte(stream);
  if (choice < 180) return (uint32_t)right;
  if (choice < 220) return (uint32_t)take_below(stream, right + 8);
  if (choice < 235) return (uint32_t)(right + take_below(stream, LARGEST_STRUCT - right + 1));
  if (choice < 245) return LARGEST_STRUCT + 1 + take_byte(stream);
  return take_word(stream);
}

int is_struct_size(uint32_t size) { return size >= 8 && size <= LARGEST_STRUCT && size % 8 == 0; }

void place_struct(unsigned char *memory, const void *fields, size_t fields_size, uint32_t struct_size)
{
  memset(memory, 0, LARGEST_STRUCT);
  memcpy(memory, fields, fields_size);
  memcpy(memory, &struct_size, sizeof struct_size);
  if (is_struct_size(struct_size) && struct_size < fields_size)
    memset(memory + struct_size, 0xA5, LARGEST_STRUCT - struct_size);
}

static const char *take_name(byte_stream *stream, const char *const *names, size_t count)
{
  uint8_t choice = take_byte(stream);
  return choice < 128 ? NULL : names[choice % count];
}

static apus_scorer_options take_fields(byte_stream *stream, int32_t iteration_count)
{
  static const char *const engines[] = {"node-walk", "linear", "reference", "", "Reference", "node-walk ", "ranked",
                                        "a name that is much longer than sixty bytes, so that a message must cut it"};
  static const char *const levels[] = {"v2", "v3", "v4", "neon", "v5", "", "avx2"};
  apus_scorer_options fields = {.output = (apus_output)take_below(stream, 3)};
  fields.absent = (apus_absent)take_below(stream, 3);
  uint8_t choice = take_byte(stream);
  if (choice < 8) fields.output = take_word(stream);
  if (choice >= 8 && choice < 16) fields.absent = take_word(stream);
  size_t bound = (size_t)iteration_count + 3;
  if (choice >= 128) fields.iteration_begin = (int32_t)take_below(stream, bound) - 1;
  if (choice >= 160) fields.iteration_end = (int32_t)take_below(stream, bound) - 1;
  if (choice >= 250) fields.iteration_end = (int32_t)take_word(stream);
  choice = take_byte(stream);
  fields.has_missing_value = choice < 128 ? 0 : choice < 250 ? 1 : take_byte(stream);
  fields.missing_value = choice < 240 ? (double)take_float(stream) : 1e300;
  fields.engine = take_name(stream, engines, sizeof engines / sizeof *engines);
  fields.instruction_set = take_name(stream, levels, sizeof levels / sizeof *levels);
  return fields;
}

/* The statuses that the rules of the header give for what is meant. */
static void judge(scorer_plan *plan, const test_subject *subject)
{
  const apus_scorer_options *meant = &plan->meant;
  int is_linear = strcmp(subject->info.booster, "gblinear") == 0;
  if (meant->output > APUS_OUTPUT_LEAF || meant->absent > APUS_ABSENT_ZERO || meant->has_missing_value > 1)
    allow(&plan->allowed, APUS_INVALID_OPTION);
  if (is_linear) {
    int has_range = meant->iteration_begin != 0 || (meant->iteration_end != 0 && meant->iteration_end != -1);
    if (has_range || meant->output == APUS_OUTPUT_LEAF) allow(&plan->allowed, APUS_UNSUPPORTED);
  } else {
    int32_t count = subject->info.iteration_count, best = subject->info.best_iteration;
    int32_t end = meant->iteration_end == 0 ? count : meant->iteration_end;
    if (meant->iteration_end == APUS_BEST_ITERATION) end = best < 0 ? count : best + 1;
    if (meant->iteration_begin < 0 || meant->iteration_begin > end || end > count)
      allow(&plan->allowed, APUS_INVALID_OPTION);
  }
  if (meant->engine && strcmp(meant->engine, is_linear ? "linear" : "node-walk") != 0 &&
      strcmp(meant->engine, "reference") != 0) {
    allow(&plan->allowed, APUS_INVALID_OPTION);
    /* The ranked engine takes most trees, but not all. */
    if (!is_linear && strcmp(meant->engine, "ranked") == 0) allow(&plan->allowed, APUS_OK);
  }
  if (meant->instruction_set) {
    const char *const *level = instruction_sets();
    while (*level && strcmp(*level, meant->instruction_set) != 0) level++;
    if (!*level) allow(&plan->allowed, APUS_INVALID_OPTION);
  }
}

void take_scorer_plan(scorer_plan *plan, const test_subject *subject, byte_stream *stream)
{
  memset(plan, 0, sizeof *plan);
  if (take_byte(stream) >= 224) return;
  apus_scorer_options fields = take_fields(stream, subject->info.iteration_count);
  uint32_t size = take_struct_size(stream, sizeof fields);
  place_struct(plan->memory, &fields, sizeof fields, size);
  plan->options = (const apus_scorer_options *)plan->memory;
  if (!is_struct_size(size)) {
    allow(&plan->allowed, APUS_INVALID_OPTION);
    return;
  }
  memcpy(&plan->meant, &fields, size < sizeof fields ? size : sizeof fields);
  if (size > sizeof fields && take_byte(stream) >= 192) {
    plan->memory[sizeof fields + take_below(stream, size - sizeof fields)] = 1;
    allow(&plan->allowed, APUS_INVALID_OPTION);
  }
  judge(plan, subject);
}
