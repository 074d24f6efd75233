/* silence - scoring allocates nothing and makes no system call.
 *
 *   silence FIXTURES
 *
 * Allocation: this program is the process's malloc, and counts. System calls: a child process gives up every
 * system call but write and exit (seccomp's strict mode), scores, and says so; the kernel kills it at the first
 * other one. Both traps are shown to work before they are trusted.
 */
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apus.h"
#include "case.h"
#include "check.h"
#include "heap.h"

/* Beyond these the header promises less. */
#define MOST_FEATURES 2048
#define MOST_MARGINS 1024

#define ROW_COUNT 1000u

/* --- Calls, with everything they need made beforehand -------------------------------------------- */

typedef struct prepared {
  const apus_scorer *scorer;
  size_t features;
  size_t values; /* of a row */
  float *rows_f32;
  double *rows_f64;
  const float **columns_f32;
  const double **columns_f64;
  int64_t *offsets;
  int32_t *indices;
  double *out;
} prepared;

typedef apus_status (*prepared_call)(const prepared *with);

static apus_status row_f32(const prepared *with)
{
  apus_status status = APUS_OK;
  for (size_t row = 0; row < ROW_COUNT && status == APUS_OK; row++)
    status = apus_scorer_score_row_f32(with->scorer, with->rows_f32 + row * with->features, with->features,
                                       with->out, with->values, NULL);
  return status;
}

static apus_status row_f64(const prepared *with)
{
  apus_status status = APUS_OK;
  for (size_t row = 0; row < ROW_COUNT && status == APUS_OK; row++)
    status = apus_scorer_score_row_f64(with->scorer, with->rows_f64 + row * with->features, with->features,
                                       with->out, with->values, NULL);
  return status;
}

static apus_status batch_f32(const prepared *with)
{
  return apus_scorer_score_f32(with->scorer, with->rows_f32, ROW_COUNT, with->features, 0, NULL, with->out,
                               ROW_COUNT * with->values, NULL);
}

static apus_status batch_f64(const prepared *with)
{
  return apus_scorer_score_f64(with->scorer, with->rows_f64, ROW_COUNT, with->features, 0, NULL, with->out,
                               ROW_COUNT * with->values, NULL);
}

static apus_status columns_f32(const prepared *with)
{
  return apus_scorer_score_columns_f32(with->scorer, with->columns_f32, with->features, ROW_COUNT, NULL,
                                       with->out, ROW_COUNT * with->values, NULL);
}

static apus_status columns_f64(const prepared *with)
{
  return apus_scorer_score_columns_f64(with->scorer, with->columns_f64, with->features, ROW_COUNT, NULL,
                                       with->out, ROW_COUNT * with->values, NULL);
}

static apus_status csr_f32(const prepared *with)
{
  return apus_scorer_score_csr_f32(with->scorer, with->offsets, ROW_COUNT, with->indices, with->rows_f32,
                                   ROW_COUNT * with->features, with->features, NULL, with->out,
                                   ROW_COUNT * with->values, NULL);
}

static apus_status csr_f64(const prepared *with)
{
  return apus_scorer_score_csr_f64(with->scorer, with->offsets, ROW_COUNT, with->indices, with->rows_f64,
                                   ROW_COUNT * with->features, with->features, NULL, with->out,
                                   ROW_COUNT * with->values, NULL);
}

/* For the controls: a scorer is created, and a system call is made. */
static apus_status allocating(const prepared *with)
{
  void *volatile memory = malloc(with->features);
  free(memory);
  return APUS_OK;
}

static apus_status calling(const prepared *with)
{
  return with && syscall(SYS_getppid) ? APUS_OK : APUS_INVALID_ARGUMENT;
}

static const struct {
  const char *name;
  prepared_call call;
} calls[] = {
    {"apus_scorer_score_row_f32", row_f32},         {"apus_scorer_score_row_f64", row_f64},
    {"apus_scorer_score_f32", batch_f32},           {"apus_scorer_score_f64", batch_f64},
    {"apus_scorer_score_columns_f32", columns_f32}, {"apus_scorer_score_columns_f64", columns_f64},
    {"apus_scorer_score_csr_f32", csr_f32},         {"apus_scorer_score_csr_f64", csr_f64},
};
#define CALL_COUNT (sizeof calls / sizeof calls[0])

static size_t rows_scored[CALL_COUNT];

/* --- The two traps ------------------------------------------------------------------------------- */

/* 1 if the call came back under seccomp's strict mode, 0 if the kernel killed it. */
static int survives_silence(prepared_call call, const prepared *with)
{
  int state;
  int ends[2];
  unsigned char answer = 0;
  if (pipe(ends) != 0)
    return 0;
  pid_t child = fork();
  if (child == 0) {
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
      _exit(3);
    unsigned char success = call(with) == APUS_OK ? 'y' : 'n';
    syscall(SYS_write, ends[1], &success, 1);
    syscall(SYS_exit, 0);
  }
  close(ends[1]);
  ssize_t length = read(ends[0], &answer, 1);
  close(ends[0]);
  if (child < 0 || waitpid(child, &state, 0) != child)
    return 0;
  check(!(WIFEXITED(state) && WEXITSTATUS(state) == 3), "this kernel has no seccomp");
  return length == 1 && answer == 'y' && WIFEXITED(state) && WEXITSTATUS(state) == 0;
}

static size_t heap_calls_of(prepared_call call, const prepared *with, apus_status *status)
{
  size_t before = heap_calls;
  *status = call(with);
  return heap_calls - before;
}

static void check_traps(const prepared *with)
{
  apus_status status;
  check(heap_calls_of(allocating, with, &status) == 2, "malloc and free are not counted");
  check(!survives_silence(calling, with), "a system call is not noticed");
}

static void check_calls(const char *path, const char *output, const prepared *with)
{
  for (size_t index = 0; index < CALL_COUNT; index++) {
    apus_status status;
    size_t count = heap_calls_of(calls[index].call, with, &status);
    check(status == APUS_OK, "%s, %s, %s: %s", path, output, calls[index].name, apus_status_name(status));
    check(count == 0, "%s, %s, %s: %zu calls of the malloc family", path, output, calls[index].name, count);
    check(survives_silence(calls[index].call, with), "%s, %s, %s: a system call, or a crash", path, output,
          calls[index].name);
    rows_scored[index] += 2 * ROW_COUNT;
  }
}

/* --- Fixtures ------------------------------------------------------------------------------------ */

static void prepare(prepared *with, const conformance_case *test)
{
  size_t cells = ROW_COUNT * test->feature_count;
  memset(with, 0, sizeof *with);
  with->features = test->feature_count;
  with->rows_f32 = (float *)allocate(cells, sizeof(float));
  with->rows_f64 = (double *)allocate(cells, sizeof(double));
  with->columns_f32 = (const float **)allocate(with->features, sizeof(float *));
  with->columns_f64 = (const double **)allocate(with->features, sizeof(double *));
  with->offsets = (int64_t *)allocate(ROW_COUNT + 1, sizeof(int64_t));
  with->indices = (int32_t *)allocate(cells, sizeof(int32_t));
  for (size_t index = 0; index < cells; index++) {
    with->rows_f32[index] = test->rows[index % (test->row_count * test->feature_count)];
    with->rows_f64[index] = (double)with->rows_f32[index];
    with->indices[index] = (int32_t)(index % with->features);
  }
  for (size_t feature = 0; feature < with->features; feature++) {
    with->columns_f32[feature] = with->rows_f32 + feature * ROW_COUNT;
    with->columns_f64[feature] = with->rows_f64 + feature * ROW_COUNT;
  }
  for (size_t row = 0; row <= ROW_COUNT; row++)
    with->offsets[row] = (int64_t)(row * with->features);
}

static void unprepare(prepared *with)
{
  free(with->rows_f32);
  free(with->rows_f64);
  free(with->columns_f32);
  free(with->columns_f64);
  free(with->offsets);
  free(with->indices);
}

static void check_output(const conformance_case *test, const apus_model *model, apus_output output,
                         const char *name, prepared *with)
{
  apus_scorer *scorer = NULL;
  apus_scorer_options options;
  apus_scorer_info info;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.output = output;
  info.struct_size = sizeof info;
  apus_status status = apus_scorer_create(model, &options, &scorer, NULL);
  if (status == APUS_UNSUPPORTED && output == APUS_OUTPUT_LEAF)
    return;
  if (!check(status == APUS_OK && apus_scorer_get_info(scorer, &info, NULL) == APUS_OK, "%s, %s: no scorer",
             test->path, name))
    return;
  if (info.margin_count <= MOST_MARGINS) {
    with->scorer = scorer;
    with->values = (size_t)info.value_count;
    with->out = (double *)allocate(ROW_COUNT * with->values, sizeof(double));
    check_calls(test->path, name, with);
    free(with->out);
  }
  apus_scorer_release(scorer);
}

static void check_case(const char *path)
{
  conformance_case test;
  prepared with;
  apus_model *model = NULL;
  case_read(path, &test);
  if (test.feature_count <= MOST_FEATURES &&
      check(apus_model_load_file(test.model_path, &model, NULL) == APUS_OK, "cannot load %s", test.model_path)) {
    prepare(&with, &test);
    check_traps(&with);
    check_output(&test, model, APUS_OUTPUT_SCORE, "score", &with);
    check_output(&test, model, APUS_OUTPUT_MARGIN, "margin", &with);
    check_output(&test, model, APUS_OUTPUT_LEAF, "leaf", &with);
    unprepare(&with);
  }
  apus_model_release(model);
  case_free(&test);
}

int main(int count, char **arguments)
{
  if (count != 2) {
    fprintf(stderr, "usage: silence FIXTURES\n");
    return 2;
  }
  size_t cases;
  char **paths = case_list(arguments[1], &cases);
  for (size_t index = 0; index < cases; index++)
    check_case(paths[index]);
  case_list_free(paths);
  for (size_t index = 0; index < CALL_COUNT; index++)
    printf("%-30s %8zu rows of %zu models\n", calls[index].name, rows_scored[index], cases);
  return checks_finish();
}
