/* amplification.h - small files that could ask for much memory or time. */
#ifndef FUZZ_AMPLIFICATION_H
#define FUZZ_AMPLIFICATION_H

#include "document.h"
#include "output.h"

typedef struct hostile_model {
  const char *about;
  value *(*make)(size_t size); /* about that many values */
  size_t size;
} hostile_model;

/* The end of the list has no `about`. */
extern const hostile_model hostile_models[];

typedef struct hostile_network {
  const char *about;
  void (*write)(output *file, size_t size); /* an ONNX file */
  size_t size;
} hostile_network;

/* Likewise. */
extern const hostile_network hostile_networks[];

#endif /* FUZZ_AMPLIFICATION_H */
