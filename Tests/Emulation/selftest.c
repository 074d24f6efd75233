/* selftest - the library's self-test, and the instruction set at which a scorer of its own choice runs.
 *
 *   selftest LEVEL MODEL     fails unless library and scorer run at LEVEL and the self-test passes
 */
#include <stdio.h>
#include <string.h>

#include "apus.h"

int main(int count, char **arguments)
{
  apus_model *model = NULL;
  apus_scorer *scorer = NULL;
  apus_scorer_info info;
  apus_error error;
  info.struct_size = sizeof info;
  if (count != 3) {
    fprintf(stderr, "usage: selftest LEVEL MODEL\n");
    return 2;
  }
  if (apus_model_load_file(arguments[2], &model, &error) ||
      apus_scorer_create(model, NULL, &scorer, &error) || apus_scorer_get_info(scorer, &info, &error) ||
      apus_self_test(&error)) {
    fprintf(stderr, "FAILED: %s\n", error.message);
    return 1;
  }
  printf("library %s, scorer %s with engine %s, self-test passed\n", apus_instruction_set_name(),
         info.instruction_set, info.engine);
  int as_wanted = strcmp(apus_instruction_set_name(), arguments[1]) == 0 &&
                  strcmp(info.instruction_set, arguments[1]) == 0;
  apus_scorer_release(scorer);
  apus_model_release(model);
  return !as_wanted;
}
