/* A module that says what it is told to, on a Unix socket. For what an emulator never does. */
#ifndef SCRIPTED_H
#define SCRIPTED_H

#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"

#define NOTHING "\r\nOK\r\n"
#define CMEE "\r\n+CMEE: 1\r\n\r\nOK\r\n"
#define EC25 "\r\nQuectel\r\nEC25\r\nRevision: EC25EFAR06A17M4G\r\n\r\nOK\r\n"

/* What is answered to a line that starts so; NULL closes the line, "" says nothing. */
struct answer {
  const char *typed;
  const char *said;
};

struct scripted {
  const char *path;
  const struct answer *answers; /* the last one's typed is NULL: everything else */
  int listening;
  pthread_t thread;
};

static const char *scripted_answer(const struct answer *answers, const char *line) {
  while (answers->typed != NULL && strncmp(line, answers->typed, strlen(answers->typed)) != 0) {
    answers++;
  }
  return answers->said;
}

static void *scripted_run(void *user) {
  struct scripted *module = user;
  char line[512];
  size_t length = 0;
  char byte;
  int fd = accept(module->listening, NULL, NULL);
  CHECK(fd >= 0);
  while (read(fd, &byte, 1) == 1) {
    const char *said;
    if (byte != '\r') {
      CHECK(length + 1 < sizeof line);
      line[length++] = byte;
      continue;
    }
    line[length] = 0;
    said = length == 0 ? "" : scripted_answer(module->answers, line);
    length = 0;
    if (said == NULL) {
      break;
    }
    if (send(fd, said, strlen(said), MSG_NOSIGNAL) < 0) {
      break;
    }
  }
  close(fd);
  return NULL;
}

static void scripted_start(struct scripted *module, const char *path, const struct answer *answers) {
  struct sockaddr_un address;
  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  strcpy(address.sun_path, path);
  unlink(path);
  module->path = path;
  module->answers = answers;
  module->listening = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK(module->listening >= 0);
  CHECK(bind(module->listening, (const struct sockaddr *)&address, sizeof address) == 0);
  CHECK(listen(module->listening, 1) == 0);
  CHECK(pthread_create(&module->thread, NULL, scripted_run, module) == 0);
}

/* The host has to have closed its end. */
static void scripted_end(struct scripted *module) {
  CHECK(pthread_join(module->thread, NULL) == 0);
  close(module->listening);
  unlink(module->path);
}

#endif
