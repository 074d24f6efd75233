/* Saves models as Apus's own files and loads those: they must say and score the same.
 *
 *   resave FILE MODEL...     FILE: for what is saved
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "facts.h"
#include "require.h"
#include "scores.h"

static void resave(const char *saved, const char *path)
{
  apus_model *model = NULL, *again = NULL;
  apus_error error;
  require(apus_model_load_file(path, &model, &error) == APUS_OK, "%s: %s", path, error.message);
  require(apus_model_save_file(model, saved, &error) == APUS_OK, "%s: %s", path, error.message);
  require(apus_model_load_file(saved, &again, &error) == APUS_OK, "%s, saved: %s", path, error.message);
  compare_facts(model, again);
  apus_model_info info = {.struct_size = sizeof info};
  apus_model_get_info(model, &info, NULL);
  dense_rows rows = rows_from_bytes((size_t)info.feature_count, 9, (const uint8_t *)path, strlen(path));
  compare_models(model, again, &rows);
  apus_model_release(model);
  apus_model_release(again);
}

int main(int count, char **arguments)
{
  for (int index = 2; index < count; index++) resave(arguments[1], arguments[index]);
  if (count > 2) unlink(arguments[1]);
  printf("%d passed, 0 failed\n", count - 2);
  return count < 3;
}
