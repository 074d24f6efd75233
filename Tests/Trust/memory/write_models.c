/* write_models - writes the models of Tests/Fuzz/Driver that ask for more memory than their size deserves.
 *
 *   write_models FOLDER
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "amplification.h"

enum { CAPACITY = 8 << 20 };

/* The documents of a process never go, so each model has its own process. */
static int write_model(const hostile_model *hostile, int is_json, const char *path)
{
  uint8_t *bytes = malloc(CAPACITY);
  value *root = hostile->make(hostile->size);
  size_t length = !bytes ? 0 : is_json ? json_write(root, bytes, CAPACITY) : ubjson_write(root, UBJSON_TYPED, bytes, CAPACITY);
  if (length == 0)
    return 0; /* the format cannot say it */
  FILE *file = fopen(path, "wb");
  return !file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0;
}

static int write_network(const hostile_network *hostile, const char *path)
{
  output file = {malloc(CAPACITY), CAPACITY, 0, 0};
  hostile->write(&file, hostile->size);
  FILE *out = fopen(path, "wb");
  return !out || fwrite(file.bytes, 1, file.length, out) != file.length || fclose(out) != 0;
}

int main(int count, char **arguments)
{
  char path[4096];
  if (count != 2)
    return 2;
  for (const hostile_model *hostile = hostile_models; hostile->about; hostile++)
    for (int is_json = 0; is_json < 2; is_json++) {
      int state = -1;
      snprintf(path, sizeof path, "%s/%d-%d", arguments[1], (int)(hostile - hostile_models), is_json);
      pid_t child = fork();
      if (child == 0)
        _exit(write_model(hostile, is_json, path));
      if (waitpid(child, &state, 0) != child || state != 0)
        return 1;
    }
  for (const hostile_network *hostile = hostile_networks; hostile->about; hostile++) {
    int state = -1;
    snprintf(path, sizeof path, "%s/%d-onnx", arguments[1], (int)(hostile - hostile_networks));
    pid_t child = fork();
    if (child == 0)
      _exit(write_network(hostile, path));
    if (waitpid(child, &state, 0) != child || state != 0)
      return 1;
  }
  return 0;
}
