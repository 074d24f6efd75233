/* invalid - files that must be refused, how, and with which words.
 *
 *   invalid FOLDER
 *
 * FOLDER/expected.txt has a line `<file> <STATUS_NAME> <words of the message>` for each. Both ways of loading
 * must agree.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apus.h"
#include "check.h"

static void check_refusal(const char *file, const char *status_name, const char *words, const char *call,
                          apus_status status, const apus_model *model, const apus_error *error)
{
  if (!check(strcmp(apus_status_name(status), status_name) == 0, "%s, %s: %s, expected %s: %.480s", file, call,
             apus_status_name(status), status_name, status ? error->message : ""))
    return;
  check(model == NULL, "%s, %s: a model was stored on failure", file, call);
  check(error->status == status, "%s, %s: error.status is %s", file, call, apus_status_name(error->status));
  check(error->message[0] && strstr(error->message, words), "%s, %s: the message lacks '%s': %s", file, call,
        words, error->message);
}

static void replay(const char *folder, const char *file, const char *status_name, const char *words)
{
  char path[4096];
  size_t length;
  apus_error error;
  apus_model *model = (apus_model *)(void *)&error; /* not NULL, to see that NULL is stored */
  snprintf(path, sizeof path, "%s/%s", folder, file);
  char *bytes = read_file(path, &length);

  memset(&error, 0xa5, sizeof error);
  apus_status status = apus_model_load_bytes(bytes, length, &model, &error);
  check_refusal(file, status_name, words, "apus_model_load_bytes", status, model, &error);
  apus_model_release(model);

  memset(&error, 0xa5, sizeof error);
  model = (apus_model *)(void *)&error;
  status = apus_model_load_file(path, &model, &error);
  check_refusal(file, status_name, words, "apus_model_load_file", status, model, &error);
  apus_model_release(model);
  free(bytes);
}

int main(int count, char **arguments)
{
  if (count != 2) {
    fprintf(stderr, "usage: invalid FOLDER\n");
    return 2;
  }
  char path[4096];
  size_t files = 0;
  snprintf(path, sizeof path, "%s/expected.txt", arguments[1]);
  char *text = read_file(path, NULL);
  char *next = text;
  while (*next) {
    char *line = next;
    next += strcspn(line, "\n");
    if (*next)
      *next++ = 0;
    if (!*line || *line == '#')
      continue;
    char *status_name = line + strcspn(line, " ");
    char *words = *status_name ? status_name + 1 + strcspn(status_name + 1, " ") : status_name;
    if (!check(*status_name && *words, "expected.txt: not '<file> <STATUS_NAME> <words>': %s", line))
      continue;
    *status_name++ = 0;
    *words++ = 0;
    replay(arguments[1], line, status_name, words);
    files++;
  }
  free(text);
  printf("invalid: %zu files\n", files);
  return checks_finish();
}
