/* Emulators for a client to open: each call starts one on a Unix socket in the current folder. The last few run until
 * the program ends. A program that includes this first defines _POSIX_C_SOURCE. */
#ifndef EMULATED_H
#define EMULATED_H

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "qftp_emulator.h"

/* How many run at a time; the next one ends the first. */
#define EMULATED 4

static struct {
  qftp_emulator *emulator;
  char url[200];
} emulated_slots[EMULATED];

static void emulated_end(void) {
  size_t i;
  for (i = 0; i < EMULATED; i++) {
    qftp_emulator_free(emulated_slots[i].emulator);
  }
}

/* Starts an emulator of this dialect; returns the URL of its socket. */
static const char *emulated(const char *dialect) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static size_t count = 0;
  size_t slot, length;
  char *url;
  qftp_emulator_options options;
  qftp_error error;
  pthread_mutex_lock(&lock);
  if (count == 0) {
    CHECK(atexit(emulated_end) == 0);
  }
  slot = count % EMULATED;
  url = emulated_slots[slot].url;
  qftp_emulator_free(emulated_slots[slot].emulator);
  emulated_slots[slot].emulator = NULL;
  strcpy(url, "unix://");
  CHECK(getcwd(url + 7, 150) != NULL);
  length = strlen(url);
  snprintf(url + length, 200 - length, "/emulated-%u", (unsigned)count++);
  QFTP_INIT(options);
  QFTP_INIT(error);
  options.dialect = dialect;
  options.unix_socket = url + 7;
  if (qftp_emulator_open(&options, &emulated_slots[slot].emulator, &error) != QFTP_OK) {
    fprintf(stderr, "%s: %s\n", url, error.message);
    exit(1);
  }
  pthread_mutex_unlock(&lock);
  return url;
}

#endif
