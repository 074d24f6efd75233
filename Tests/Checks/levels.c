/* levels - prints the instruction set that runs: as the library names it, and as a new scorer does.
 *
 *   levels MODEL     "<library's level> <scorer's level>", or "<library's level> <status of apus_scorer_create>"
 *   levels           the best level that this CPU has
 */
#include <stdio.h>

#include "apus.h"

static const char *best_of_cpu(void)
{
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4") && __builtin_cpu_supports("avx512vbmi"))
    return "v4";
  return __builtin_cpu_supports("x86-64-v3") ? "v3" : "v2";
#else
  return "neon";
#endif
}

int main(int count, char **arguments)
{
  apus_model *model = NULL;
  apus_scorer *scorer = NULL;
  apus_scorer_info info;
  apus_error error;
  if (count < 2) {
    printf("%s\n", best_of_cpu());
    return 0;
  }
  if (apus_model_load_file(arguments[1], &model, &error)) {
    fprintf(stderr, "%s\n", error.message);
    return 1;
  }
  apus_status status = apus_scorer_create(model, NULL, &scorer, &error);
  info.struct_size = sizeof info;
  if (!status)
    status = apus_scorer_get_info(scorer, &info, &error);
  printf("%s %s\n", apus_instruction_set_name(), status ? apus_status_name(status) : info.instruction_set);
  apus_scorer_release(scorer);
  apus_model_release(model);
  return 0;
}
