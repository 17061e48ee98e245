/* What every test program says when something is not as it should be. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>

#include "qftp.h"

#define CHECK(is)                                                          \
  do {                                                                     \
    if (!(is)) {                                                           \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #is);     \
      exit(1);                                                             \
    }                                                                      \
  } while (0)

/* A call that must end with this status. */
#define STATUS(call, wanted)                                               \
  do {                                                                     \
    qftp_status ended = (call);                                            \
    if (ended != (wanted)) {                                               \
      fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call,        \
              qftp_strerror(ended));                                       \
      exit(1);                                                             \
    }                                                                      \
  } while (0)

#define OK(call) STATUS(call, QFTP_OK)

#endif
