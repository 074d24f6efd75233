/* conformance - replays the numbers of the real trainers through every path of the header.
 *
 *   conformance [--quick] FIXTURES
 *
 * For each case, expectation, engine and instruction set: one row at a time, batches, strides, columns and
 * sparse rows, in float and in double, on one thread and on two. The bits must be the trainer's; any NaN
 * equals any NaN. --quick is for slow machines: it leaves out the larger models and the forced levels.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apus.h"
#include "case.h"
#include "check.h"

#define ELEMENT float
#define SUFFIX f32
#include "paths.h"
#undef ELEMENT
#undef SUFFIX
#define ELEMENT double
#define SUFFIX f64
#include "paths.h"

/* Enough rows for several blocks, a ragged last one, and work for a second thread. */
#define TALL_ROWS 2091

static int quick;

/* The model is LightGBM's, for which an absent entry is 0 and almost zero is 0 in dense rows alone. */
static int absent_is_zero;

/* The model is CatBoost's: an absent entry is 0 unless options say that it is missing. */
static int asks_for_missing;

typedef struct named_path {
  const char *name;
  scoring_path score;
} named_path;

static const named_path row_paths[] = {{"row f32", by_row_f32}, {"row f64", by_row_f64}};

static const named_path batch_paths[] = {
    {"batch f32", by_batch_f32},     {"batch f64", by_batch_f64},
    {"sevens f32", by_sevens_f32},   {"sevens f64", by_sevens_f64},
    {"stride f32", by_stride_f32},   {"stride f64", by_stride_f64},
    {"columns f32", by_columns_f32}, {"columns f64", by_columns_f64},
};

/* How a CSR row is made depends on what an absent entry means. */
static const named_path absent_missing_paths[] = {{"csr f32", by_csr_without_missing_f32},
                                                  {"csr f64", by_csr_without_missing_f64}};
static const named_path absent_zero_paths[] = {{"csr of zeros f32", by_csr_without_zero_f32},
                                               {"csr of zeros f64", by_csr_without_zero_f64}};
static const named_path absent_almost_zero_paths[] = {
    {"csr of almost zeros f32", by_csr_without_almost_zero_f32},
    {"csr of almost zeros f64", by_csr_without_almost_zero_f64}};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* The paths for the model's own meaning of an absent entry. */
static const named_path *sparse_paths(void) { return absent_is_zero ? absent_almost_zero_paths : absent_missing_paths; }

/* What is being compared, for the sentence of a failure. */
typedef struct place {
  const conformance_case *test;
  size_t expectation_index;
  const char *scorer;
  const char *path;
} place;

static int same_bits(double left, double right)
{
  return (left != left && right != right) || memcmp(&left, &right, sizeof left) == 0;
}

/* One check: row r of the result is row r modulo `period` of the expected values. */
static void compare(const place *at, const table *input, size_t period, const double *expected,
                    const double *result)
{
  for (size_t row = 0; row < input->row_count; row++)
    for (size_t value = 0; value < input->value_count; value++) {
      double wanted = expected[row % period * input->value_count + value];
      double got = result[row * input->value_count + value];
      if (!same_bits(wanted, got)) {
        check(0, "%s, expectation %zu, %s, %s: row %zu value %zu is %a, the trainer says %a",
              at->test->path, at->expectation_index, at->scorer, at->path, row, value, got, wanted);
        return;
      }
    }
  check(1, "equal");
}

static void score_and_compare(place *at, const named_path *path, const apus_scorer *scorer,
                              const table *input, const apus_batch_options *options, size_t period,
                              const double *expected)
{
  apus_error error;
  size_t count = input->row_count * input->value_count;
  double *result = (double *)allocate(count, sizeof *result);
  for (size_t index = 0; index < count; index++)
    result[index] = -31415926;
  at->path = path->name;
  apus_status status = path->score(scorer, input, options, result, &error);
  if (check(status == APUS_OK, "%s, %s, %s: %s", at->test->path, at->scorer, at->path,
            status ? error.message : ""))
    compare(at, input, period, expected, result);
  free(result);
}

/* The rows of a case, again and again until there are `row_count`. */
static table table_of(const conformance_case *test, size_t row_count)
{
  table result;
  size_t count = row_count * test->feature_count;
  memset(&result, 0, sizeof result);
  result.row_count = row_count;
  result.feature_count = test->feature_count;
  result.rows_f32 = (float *)allocate(count, sizeof(float));
  result.rows_f64 = (double *)allocate(count, sizeof(double));
  for (size_t index = 0; index < count; index++) {
    result.rows_f32[index] = test->rows[index % (test->row_count * test->feature_count)];
    result.rows_f64[index] = (double)result.rows_f32[index];
  }
  return result;
}

static void table_free(table *input)
{
  free(input->rows_f32);
  free(input->rows_f64);
}

static apus_batch_options threads(int32_t count)
{
  apus_batch_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.thread_count = count;
  return options;
}

static apus_scorer_options options_of(const expectation *wanted)
{
  apus_scorer_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.output = wanted->output;
  options.iteration_begin = wanted->iteration_begin;
  options.iteration_end = wanted->iteration_end;
  options.missing_value = wanted->missing_value;
  options.has_missing_value = wanted->has_missing_value ? 1u : 0u;
  options.absent = asks_for_missing ? APUS_ABSENT_MISSING : APUS_ABSENT_DEFAULT;
  return options;
}

static apus_scorer *create(place *at, const apus_model *model, const apus_scorer_options *options)
{
  apus_scorer *scorer = NULL;
  apus_error error;
  apus_status status = apus_scorer_create(model, options, &scorer, &error);
  check(status == APUS_OK, "%s, expectation %zu, %s: %s", at->test->path, at->expectation_index, at->scorer,
        status ? error.message : "");
  return scorer;
}

/* The scorer says what was asked for, and the engine and level that were forced. */
static void check_info(const place *at, const apus_scorer *scorer, const apus_scorer_options *options,
                       const expectation *wanted, table *input)
{
  apus_scorer_info info;
  info.struct_size = sizeof info;
  if (!check(apus_scorer_get_info(scorer, &info, NULL) == APUS_OK, "%s: no scorer info", at->test->path))
    return;
  const char *level = options->instruction_set ? options->instruction_set : apus_instruction_set_name();
  check((size_t)info.value_count == wanted->value_count, "%s, %s: value_count is %d, the trainer has %zu",
        at->test->path, at->scorer, (int)info.value_count, wanted->value_count);
  check((size_t)info.feature_count == at->test->feature_count, "%s, %s: feature_count is %d",
        at->test->path, at->scorer, (int)info.feature_count);
  check(info.output == wanted->output, "%s, %s: the output is another", at->test->path, at->scorer);
  check(strcmp(info.instruction_set, level) == 0, "%s, %s: level %s runs instead of %s", at->test->path,
        at->scorer, info.instruction_set, level);
  check(!options->engine || strcmp(info.engine, options->engine) == 0, "%s, %s: engine %s runs",
        at->test->path, at->scorer, info.engine);
  input->value_count = wanted->value_count;
  input->margin_count = (size_t)info.margin_count;
}

/* Every path of one scorer against the trainer. */
static void replay(place *at, const apus_scorer *scorer, const expectation *wanted, const table *input)
{
  size_t period = at->test->row_count;
  apus_batch_options pair = threads(2);
  for (size_t index = 0; index < COUNT(row_paths); index++)
    score_and_compare(at, &row_paths[index], scorer, input, NULL, period, wanted->values);
  for (size_t index = 0; index < COUNT(batch_paths); index++) {
    score_and_compare(at, &batch_paths[index], scorer, input, NULL, period, wanted->values);
    score_and_compare(at, &batch_paths[index], scorer, input, &pair, period, wanted->values);
  }
  for (size_t index = 0; index < COUNT(absent_missing_paths); index++) {
    score_and_compare(at, &sparse_paths()[index], scorer, input, NULL, period, wanted->values);
    score_and_compare(at, &sparse_paths()[index], scorer, input, &pair, period, wanted->values);
  }
}

/* Base margins differ from row to row: what one row alone gives, every path must give. The leaf reached
 * does not depend on them. */
static void replay_base_margins(place *at, const apus_scorer *scorer, const table *input)
{
  size_t count = input->row_count * input->margin_count;
  double *margins = (double *)allocate(count, sizeof *margins);
  double *expected = (double *)allocate(input->row_count * input->value_count, sizeof *expected);
  for (size_t index = 0; index < count; index++)
    margins[index] = (double)(index % 611) * 0.0078125 - 2;
  for (size_t row = 0; row < input->row_count; row++) {
    apus_batch_options one = threads(0);
    one.base_margin = margins + row * input->margin_count;
    one.base_margin_count = input->margin_count;
    apus_status status = apus_scorer_score_f32(scorer, input->rows_f32 + row * input->feature_count, 1,
                                               input->feature_count, 0, &one,
                                               expected + row * input->value_count, input->value_count, NULL);
    if (!check(status == APUS_OK, "%s, %s: base margin of row %zu: %s", at->test->path, at->scorer, row,
               apus_status_name(status)))
      break;
  }
  for (int32_t thread_count = 1; thread_count <= 2; thread_count++) {
    apus_batch_options options = threads(thread_count);
    options.base_margin = margins;
    options.base_margin_count = count;
    for (size_t index = 0; index < COUNT(batch_paths); index++)
      score_and_compare(at, &batch_paths[index], scorer, input, &options, input->row_count, expected);
    for (size_t index = 0; index < COUNT(absent_missing_paths); index++)
      score_and_compare(at, &sparse_paths()[index], scorer, input, &options, input->row_count,
                        expected);
  }
  free(expected);
  free(margins);
}

static void replay_forced(place *at, const apus_model *model, const expectation *wanted, table *exact,
                          const char *engine, const char *level)
{
  char name[64];
  apus_scorer_options options = options_of(wanted);
  options.engine = engine;
  options.instruction_set = level;
  snprintf(name, sizeof name, "engine %s at level %s", engine ? engine : "default",
           level ? level : "default");
  at->scorer = name;
  apus_scorer *scorer = create(at, model, &options);
  if (scorer) {
    check_info(at, scorer, &options, wanted, exact);
    replay(at, scorer, wanted, exact);
  }
  apus_scorer_release(scorer);
}

/* The default scorer on many rows, with base margins, and with absent entries that mean zero. */
static void replay_default(place *at, const apus_model *model, const expectation *wanted)
{
  apus_scorer_options options = options_of(wanted);
  table tall = table_of(at->test, quick ? 131 : TALL_ROWS);
  at->scorer = "default engine, many rows";
  apus_scorer *scorer = create(at, model, &options);
  if (scorer) {
    check_info(at, scorer, &options, wanted, &tall);
    replay(at, scorer, wanted, &tall);
    replay_base_margins(at, scorer, &tall);
  }
  apus_scorer_release(scorer);

  if (!wanted->has_missing_value) {
    at->scorer = "absent entries are zero";
    options.absent = APUS_ABSENT_ZERO;
    scorer = create(at, model, &options);
    for (size_t index = 0; scorer && index < COUNT(absent_zero_paths); index++)
      score_and_compare(at, absent_is_zero ? &sparse_paths()[index] : &absent_zero_paths[index], scorer, &tall,
                        NULL, at->test->row_count, wanted->values);
    apus_scorer_release(scorer);
  }
  table_free(&tall);
}

/* The levels that this CPU has, as the header names them; NULL is the default. */
static const char **levels(void)
{
  static const char *names[5];
  size_t count = 1;
#if defined(__x86_64__)
  __builtin_cpu_init();
  names[count++] = "v2";
  /* What x86-64-v3 and v4 are told by: compilers of 2020 do not know the names of the levels. */
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma"))
    names[count++] = "v3";
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vnni"))
    names[count++] = "v4";
#else
  names[count++] = "neon";
#endif
  names[count] = NULL;
  return names;
}

static void replay_case(const conformance_case *test)
{
  apus_model *model = NULL;
  apus_model_info info;
  apus_error error;
  apus_status status = apus_model_load_file(test->model_path, &model, &error);
  if (!check(status == APUS_OK, "%s: %s", test->model_path, status ? error.message : ""))
    return;
  info.struct_size = sizeof info;
  check(apus_model_get_info(model, &info, NULL) == APUS_OK, "%s: no model info", test->path);
  check((size_t)info.feature_count == test->feature_count, "%s: the model has %d features, the rows %zu",
        test->path, (int)info.feature_count, test->feature_count);

  absent_is_zero = strcmp(info.source_library, "lightgbm") == 0;
  asks_for_missing =
      strcmp(info.source_library, "catboost") == 0 || strcmp(info.source_library, "scikit-learn") == 0;
  const char *engines[] = {NULL, strcmp(info.booster, "gblinear") == 0 ? "linear" : "node-walk", "reference"};
  table exact = table_of(test, test->row_count);
  for (size_t index = 0; index < test->expectation_count && !(quick && info.node_count > 500); index++) {
    place at = {test, index, "", ""};
    const char **level = levels();
    do {
      for (size_t engine = 0; engine < COUNT(engines); engine++)
        replay_forced(&at, model, &test->expectations[index], &exact, engines[engine], *level);
    } while (*++level && !quick);
    replay_default(&at, model, &test->expectations[index]);
  }
  table_free(&exact);
  apus_model_release(model);
}

int main(int count, char **arguments)
{
  quick = count == 3 && strcmp(arguments[1], "--quick") == 0;
  if (count != 2 + quick) {
    fprintf(stderr, "usage: conformance [--quick] FIXTURES\n");
    return 2;
  }
  size_t case_count;
  char **paths = case_list(arguments[1 + quick], &case_count);
  for (size_t index = 0; index < case_count; index++) {
    conformance_case test;
    case_read(paths[index], &test);
    replay_case(&test);
    case_free(&test);
  }
  case_list_free(paths);
  printf("conformance: %zu cases\n", case_count);
  return checks_finish();
}
