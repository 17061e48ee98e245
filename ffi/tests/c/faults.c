/* One transfer on a line that has a fault, and the next operation behind it. The test that runs it writes a line to its
 * input before each step, and reads a line of the outcome:
 * PORT HOST PORT USER PASSWORD FORM LOCAL REMOTE OFFSET OTHER. */
#include <string.h>

#include "check.h"

enum { PORT = 1, HOST, FTP_PORT, USER, PASSWORD, FORM, LOCAL, REMOTE, OFFSET, OTHER, COUNT };

static qftp_login_options login;

static void wait_for_line(void) {
  int byte;
  do {
    byte = getchar();
    if (byte == EOF) {
      exit(2);
    }
  } while (byte != '\n');
}

/* A line for the conversation, which the test shows if the run is wrong. */
static void show(int sent, const char *line, size_t length, void *user) {
  (void)length, (void)user;
  fprintf(stderr, "%c %s\n", sent ? '>' : '<', line);
}

static qftp_status transfer(qftp_client *client, char **argv) {
  const char *form = argv[FORM], *local = argv[LOCAL], *remote = argv[REMOTE];
  qftp_put_options put;
  qftp_get_options get;
  QFTP_INIT(put);
  QFTP_INIT(get);
  if (strcmp(form, "get") == 0 || strcmp(form, "get-continue") == 0) {
    get.resume = strcmp(form, "get-continue") == 0;
    return qftp_client_get_file(client, remote, local, &get, NULL);
  }
  if (strcmp(form, "append") == 0) {
    put.offset = QFTP_AT_END;
  } else if (strcmp(form, "resume") == 0) {
    put.offset = strtoul(argv[OFFSET], NULL, 10);
  } else {
    put.resume = strcmp(form, "put-continue") == 0;
    CHECK(put.resume || strcmp(form, "put") == 0);
  }
  return qftp_client_put_file(client, local, remote, &put, NULL);
}

static void tell_transfer(qftp_client *client, qftp_status ended) {
  if (ended == QFTP_OK) {
    qftp_transferred transferred;
    QFTP_INIT(transferred);
    OK(qftp_client_last_transfer(client, &transferred));
    printf("moved %u\n", (unsigned)transferred.attempts);
  } else {
    qftp_error error;
    QFTP_INIT(error);
    OK(qftp_client_last_error(client, &error));
    CHECK(error.status == (int32_t)ended);
    printf("failed %d %lu %s\n", (int)ended, (unsigned long)error.bytes_confirmed, error.message);
  }
}

static void tell_size(qftp_client *client, const char *other) {
  uint64_t size = 0;
  qftp_status ended = qftp_client_size(client, other, &size);
  if (ended != QFTP_OK) {
    ended = qftp_client_login(client, &login);
    if (ended == QFTP_OK) {
      ended = qftp_client_size(client, other, &size);
    }
  }
  if (ended == QFTP_OK) {
    printf("size %lu\n", (unsigned long)size);
  } else {
    qftp_error error;
    QFTP_INIT(error);
    OK(qftp_client_last_error(client, &error));
    printf("failed %d 0 %s\n", (int)ended, error.message);
  }
}

int main(int argc, char **argv) {
  qftp_client *client = NULL;
  qftp_client_options options;
  CHECK(argc == COUNT);
  setvbuf(stdout, NULL, _IOLBF, 0);
  QFTP_INIT(options);
  options.first_wait_ms = 100;
  options.longest_wait_ms = 2000;
  options.on_log = show;
  OK(qftp_client_open(argv[PORT], &options, &client, NULL));
  QFTP_INIT(login);
  login.host = argv[HOST];
  login.port = (uint32_t)strtoul(argv[FTP_PORT], NULL, 10);
  login.user = argv[USER];
  login.password = argv[PASSWORD];
  login.response_timeout_ms = 20000;
  OK(qftp_client_login(client, &login));
  printf("ready\n");
  wait_for_line();
  tell_transfer(client, transfer(client, argv));
  wait_for_line();
  tell_size(client, argv[OTHER]);
  qftp_client_free(client);
  return 0;
}
