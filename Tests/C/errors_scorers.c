/* Wrong calls of the header's section 5: creating scorers and asking them. */
#include <stdlib.h>
#include <string.h>

#include "refusal.h"

/* Options of a newer header, whose tail this library does not know. */
typedef struct newer_scorer_options {
  apus_scorer_options known;
  char unknown[64];
} newer_scorer_options;

static apus_scorer_options defaults(void)
{
  apus_scorer_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  return options;
}

/* apus_scorer_create refuses, and stores NULL. */
static void refuse(const char *place, apus_status wanted, const char *words, const apus_model *model,
                   const apus_scorer_options *options)
{
  apus_scorer *scorer;
  memset(&scorer, 0xa5, sizeof scorer);
  apus_status with_error = apus_scorer_create(model, options, &scorer, poisoned_error());
  check(scorer == NULL, "%s: stored something on failure", place);
  scorer = NULL;
  apus_status without_error = apus_scorer_create(model, options, &scorer, NULL);
  check_refused(place, wanted, words, with_error, without_error);
}

static void accept(const char *place, const apus_model *model, const apus_scorer_options *options)
{
  apus_scorer *scorer = NULL;
  check_accepted(place, apus_scorer_create(model, options, &scorer, poisoned_error()));
  check(scorer != NULL, "%s: no scorer", place);
  apus_scorer_release(scorer);
}

/* One field of otherwise default options is wrong. */
#define REFUSED_FIELD(wanted, words, model, field, value)                        \
  do {                                                                           \
    apus_scorer_options options = defaults();                                    \
    options.field = (value);                                                     \
    refuse(PLACE(field = value), (wanted), (words), (model), &options);          \
  } while (0)

#define ACCEPTED_FIELD(model, field, value)                                      \
  do {                                                                           \
    apus_scorer_options options = defaults();                                    \
    options.field = (value);                                                     \
    accept(PLACE(field = value), (model), &options);                             \
  } while (0)

static void check_options_sizes(const apus_model *model)
{
  newer_scorer_options newer;
  memset(&newer, 0, sizeof newer);
  newer.known.struct_size = sizeof newer;
  accept("larger options with a zero tail", model, &newer.known);
  newer.unknown[sizeof newer.unknown - 1] = 1;
  refuse("larger options with another tail", APUS_INVALID_OPTION, "apus_scorer_options", model, &newer.known);

  REFUSED_FIELD(APUS_INVALID_OPTION, "struct_size", model, struct_size, 0);
  REFUSED_FIELD(APUS_INVALID_OPTION, "struct_size", model, struct_size, 3);
  REFUSED_FIELD(APUS_INVALID_OPTION, "struct_size", model, struct_size, 4097);
  /* In the middle of the pointer `engine`. */
  REFUSED_FIELD(APUS_INVALID_OPTION, "struct_size", model, struct_size,
                (uint32_t)offsetof(apus_scorer_options, engine) + 4);
  REFUSED_FIELD(APUS_INVALID_OPTION, "struct_size", model, struct_size, UINT32_MAX);

  /* Options of an older header end earlier; what lies behind them is not read. */
  size_t length = offsetof(apus_scorer_options, missing_value);
  apus_scorer_options *older = (apus_scorer_options *)allocate(1, sizeof *older);
  memset(older, 0xff, sizeof *older);
  memset(older, 0, length);
  older->struct_size = (uint32_t)length;
  accept("shorter options", model, older);
  free(older);
}

static void check_info(const apus_scorer *scorer)
{
  apus_scorer_info info;
  memset(&info, 0x5a, sizeof info);
  info.struct_size = sizeof info;
  REFUSED(APUS_INVALID_ARGUMENT, "scorer", apus_scorer_get_info(NULL, &info, error));
  REFUSED(APUS_INVALID_ARGUMENT, "info", apus_scorer_get_info(scorer, NULL, error));
  info.struct_size = 0;
  REFUSED(APUS_INVALID_ARGUMENT, "struct_size", apus_scorer_get_info(scorer, &info, error));
  info.struct_size = offsetof(apus_scorer_info, value_count); /* not a multiple of 8 */
  REFUSED(APUS_INVALID_ARGUMENT, "struct_size", apus_scorer_get_info(scorer, &info, error));
  info.struct_size = offsetof(apus_scorer_info, margin_count);
  ACCEPTED(apus_scorer_get_info(scorer, &info, error));
  check(info.feature_count > 0, "a shorter info struct is not filled");
  check(info.margin_count == 0x5a5a5a5a, "written behind the end of a shorter info struct");
}

void refuse_scorers(const subjects *with)
{
  const apus_model *model = with->tree;
  apus_scorer *scorer = NULL;
  apus_model_info info;
  info.struct_size = sizeof info;
  ACCEPTED(apus_model_get_info(model, &info, error));

  refuse("apus_scorer_create without a model", APUS_INVALID_ARGUMENT, "model", NULL, NULL);
  REFUSED(APUS_INVALID_ARGUMENT, "scorer", apus_scorer_create(model, NULL, NULL, error));
  apus_scorer_release(NULL);
  check_options_sizes(model);

  REFUSED_FIELD(APUS_INVALID_OPTION, "output", model, output, 3);
  REFUSED_FIELD(APUS_INVALID_OPTION, "output", model, output, UINT32_MAX);
  REFUSED_FIELD(APUS_INVALID_OPTION, "absent", model, absent, 3);
  REFUSED_FIELD(APUS_INVALID_OPTION, "has_missing_value", model, has_missing_value, 2);
  REFUSED_FIELD(APUS_INVALID_OPTION, "APUS_WEIGHTS", model, weights, 2);
  REFUSED_FIELD(APUS_INVALID_OPTION, "networks", model, weights, APUS_WEIGHTS_BFLOAT16);

  REFUSED_FIELD(APUS_INVALID_OPTION, "iteration", model, iteration_begin, -1);
  REFUSED_FIELD(APUS_INVALID_OPTION, "iteration", model, iteration_begin, info.iteration_count + 1);
  REFUSED_FIELD(APUS_INVALID_OPTION, "iteration", model, iteration_begin, INT32_MAX);
  REFUSED_FIELD(APUS_INVALID_OPTION, "iteration", model, iteration_end, info.iteration_count + 1);
  REFUSED_FIELD(APUS_INVALID_OPTION, "iteration", model, iteration_end, -2);
  REFUSED_FIELD(APUS_INVALID_OPTION, "iteration", model, iteration_end, INT32_MIN);
  ACCEPTED_FIELD(model, iteration_end, info.iteration_count);
  ACCEPTED_FIELD(model, iteration_end, APUS_BEST_ITERATION);
  ACCEPTED_FIELD(model, iteration_begin, info.iteration_count - 1);
  apus_scorer_options crossed = defaults();
  crossed.iteration_begin = 2;
  crossed.iteration_end = 1;
  refuse("the range 2 to 1", APUS_INVALID_OPTION, "iteration", model, &crossed);

  REFUSED_FIELD(APUS_INVALID_OPTION, "warp", model, engine, "warp");
  REFUSED_FIELD(APUS_INVALID_OPTION, "engine", model, engine, "");
  REFUSED_FIELD(APUS_INVALID_OPTION, "linear", model, engine, "linear");
  REFUSED_FIELD(APUS_INVALID_OPTION, "node-walk", with->linear, engine, "node-walk");
  REFUSED_FIELD(APUS_INVALID_OPTION, "v9", model, instruction_set, "v9");
  REFUSED_FIELD(APUS_INVALID_OPTION, "instruction", model, instruction_set, "");
  REFUSED_FIELD(APUS_INVALID_OPTION, "V3", model, instruction_set, "V3");

  REFUSED_FIELD(APUS_UNSUPPORTED, "lea", with->linear, output, APUS_OUTPUT_LEAF);
  REFUSED_FIELD(APUS_UNSUPPORTED, "no boosting rounds", with->linear, iteration_end, 1);

  ACCEPTED(apus_scorer_create(model, NULL, &scorer, error));
  check_info(scorer);
  apus_scorer_release(scorer);
}
