/* A model that was compiled to a shared object of its own: tl2cgen, lleaves, CatBoost's exported C++.
 *
 * It exports `score_rows`. Batches are split over threads here, which none of them does by itself: the most
 * favourable figure that each can have.
 */
#include <pthread.h>
#include <stdlib.h>

#include "contender.h"
#include "library.h"

#define MOST_THREADS 64

typedef void (*score_function)(const void *rows, size_t begin, size_t end, double *margins);

typedef struct compiled_contender {
  contender base;
  score_function score;
  size_t thread_count;
} compiled_contender;

typedef struct part {
  score_function score;
  const void *rows;
  size_t begin;
  size_t end;
  double *margins;
} part;

static void *score_part(void *argument)
{
  const part *mine = argument;
  mine->score(mine->rows, mine->begin, mine->end, mine->margins);
  return NULL;
}

static void score_row(contender *base, const void *row, double *margin)
{
  ((compiled_contender *)base)->score(row, 0, 1, margin);
}

static void score_rows(contender *base, const void *rows, size_t row_count, double *margins)
{
  compiled_contender *self = (compiled_contender *)base;
  pthread_t threads[MOST_THREADS];
  part parts[MOST_THREADS];
  size_t count = self->thread_count;
  for (size_t index = 0; index < count; index++)
    parts[index] = (part){self->score, rows, row_count * index / count, row_count * (index + 1) / count, margins};
  for (size_t index = 1; index < count; index++)
    if (pthread_create(&threads[index], NULL, score_part, &parts[index]))
      abort();
  score_part(&parts[0]);
  for (size_t index = 1; index < count; index++)
    pthread_join(threads[index], NULL);
}

static void close_compiled(contender *base)
{
  free(base);
}

contender *open_compiled(const contender_settings *settings, char *message)
{
  void *library = library_open(settings->library);
  if (!library)
    return refuse(message, "%.400s", dlerror());
  if (settings->thread_count < 1 || settings->thread_count > MOST_THREADS)
    return refuse(message, "from 1 to %d threads", MOST_THREADS);
  compiled_contender *self = calloc(1, sizeof *self);
  if (!self)
    return refuse(message, "no memory");
  self->base = (contender){(size_t)settings->feature_count * (size_t)settings->element, score_row, score_rows,
                           close_compiled};
  self->thread_count = (size_t)settings->thread_count;
  if (library_take(library, "score_rows", &self->score))
    return &self->base;
  free(self);
  return refuse(message, "the compiled model has no function score_rows");
}
