/* library.h - open a shared object and take functions from it, typed by the pointer they go to. */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <dlfcn.h>
#include <string.h>

/* Bound at once, so that no first call pays for it, and private, so that two releases of one library can be open. */
static inline void *library_open(const char *path)
{
  return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

/* Returns whether there is such a function. ISO C has no cast from an object pointer to a function pointer. */
static inline int library_take(void *library, const char *name, void *function)
{
  void *symbol = dlsym(library, name);
  memcpy(function, &symbol, sizeof symbol);
  return symbol != NULL;
}

#endif /* LIBRARY_H */
