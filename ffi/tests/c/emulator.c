/*
 * An emulator inside a program: typed at, listened to, read like a UART, on a pseudo terminal, misused.
 * Arguments: address, port, user, password of a server.
 */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "qftp_emulator.h"

/* Nothing here takes so many waits of WAIT_MS; what does hangs. */
#define WAIT_MS 1000
#define WAITS 300

struct listener {
  qftp_emulator *emulator;
  char said[4000];
  size_t length;
  char urcs[500];
  int urc_before_its_output;
  int fail;
};

static char **server;

static int on_output(const void *bytes, size_t size, void *user) {
  struct listener *listener = user;
  size_t none;
  /* The emulator is in use, by this call. */
  STATUS(qftp_emulator_write(listener->emulator, "A", 1, 0, &none), QFTP_ERR_BUSY);
  STATUS(qftp_emulator_poll(listener->emulator, 0, NULL), QFTP_ERR_BUSY);
  CHECK(size > 0 && size < sizeof listener->said - listener->length);
  memcpy(listener->said + listener->length, bytes, size);
  listener->length += size;
  listener->said[listener->length] = 0;
  return listener->fail;
}

static void on_urc(const char *line, size_t length, void *user) {
  struct listener *listener = user;
  CHECK(strlen(line) == length);
  CHECK(strlen(listener->urcs) + length + 2 < sizeof listener->urcs);
  if (strstr(listener->said, line) == NULL) listener->urc_before_its_output = 1;
  strcat(listener->urcs, line);
  strcat(listener->urcs, "\n");
}

static void type(qftp_emulator *emulator, const char *text) {
  size_t written;
  int waits;
  for (waits = 0; *text != 0; waits++) {
    CHECK(waits < WAITS);
    OK(qftp_emulator_write(emulator, text, strlen(text), WAIT_MS, &written));
    text += written;
  }
}

/* Types, and waits until this has been said. */
static void ask(struct listener *listener, const char *text, const char *end) {
  int waits;
  listener->length = 0;
  listener->said[0] = 0;
  type(listener->emulator, text);
  for (waits = 0; strstr(listener->said, end) == NULL; waits++) {
    CHECK(waits < WAITS);
    OK(qftp_emulator_poll(listener->emulator, WAIT_MS, NULL));
  }
}

/* All of it by callbacks. */
static void callbacks(void) {
  struct listener listener;
  qftp_emulator_options options;
  char line[300];
  size_t count;
  memset(&listener, 0, sizeof listener);
  QFTP_INIT(options);
  options.dialect = "bg96";
  options.on_output = on_output;
  options.output_user = &listener;
  options.on_urc = on_urc;
  options.urc_user = &listener;
  OK(qftp_emulator_open(&options, &listener.emulator, NULL));
  ask(&listener, "ATE0\r", "OK\r\n");
  CHECK(strcmp(listener.said, "ATE0\r\r\nOK\r\n") == 0);
  ask(&listener, "AT+CGMM\r", "OK\r\n");
  CHECK(strcmp(listener.said, "\r\nBG96\r\n\r\nOK\r\n") == 0);
  CHECK(listener.urcs[0] == 0);
  OK(qftp_emulator_poll(listener.emulator, 0, &count));
  CHECK(count == 0);

  sprintf(line, "AT+QICSGP=1,1,\"UNINET\";+QIACT=1;+QFTPCFG=\"account\",\"%.60s\",\"%.60s\"\r", server[2], server[3]);
  ask(&listener, line, "OK\r\n");
  sprintf(line, "AT+QFTPOPEN=\"%.60s\",%.5s\r", server[0], server[1]);
  ask(&listener, line, "+QFTPOPEN: 0,0\r\n");
  CHECK(strcmp(listener.urcs, "+QFTPOPEN: 0,0\n") == 0);
  CHECK(!listener.urc_before_its_output);
  ask(&listener, "AT+QFTPPWD\r", "+QFTPPWD: 0,");
  ask(&listener, "AT+QFTPSIZE=\"none\"\r", "+QFTPSIZE: 627,550\r\n");
  CHECK(strstr(listener.urcs, "+QFTPPWD: 0,") != NULL);
  CHECK(strstr(listener.urcs, "+QFTPSIZE: 627,550\n") != NULL);

  /* A dropped DTR ends an upload (AT&D1), after what was typed before. */
  ask(&listener, "AT&D1\r", "OK\r\n");
  ask(&listener, "AT+QFTPPUT=\"half\",\"COM:\"\r", "CONNECT\r\n");
  type(listener.emulator, "half a file");
  OK(qftp_emulator_dtr(listener.emulator, 1));
  OK(qftp_emulator_dtr(listener.emulator, 0));
  ask(&listener, "", "+QFTPPUT: 0,11\r\n");

  listener.fail = 1;
  type(listener.emulator, "AT\r");
  STATUS(qftp_emulator_poll(listener.emulator, WAIT_MS * WAITS, NULL), QFTP_ERR_LOCAL);
  listener.fail = 0;
  ask(&listener, "AT\r", "OK\r\n");
  qftp_emulator_free(listener.emulator);
}

static int free_it(const void *bytes, size_t size, void *user) {
  struct listener *listener = user;
  (void)bytes;
  (void)size;
  qftp_emulator_free(listener->emulator);
  return 0;
}

/* Freed by its own callback: it goes when the call ends. */
static void freed_inside(void) {
  struct listener listener;
  qftp_emulator_options options;
  QFTP_INIT(options);
  options.on_output = free_it;
  options.output_user = &listener;
  OK(qftp_emulator_open(&options, &listener.emulator, NULL));
  type(listener.emulator, "AT\r");
  OK(qftp_emulator_poll(listener.emulator, WAIT_MS * WAITS, NULL));
}

/* Freed while its output does not fit into the line: no SIGPIPE comes, which would end the program. */
static void freed_while_it_speaks(void) {
  static char content[1 << 20];
  qftp_emulator_options options;
  qftp_emulator *emulator;
  struct pollfd line;
  FILE *file;
  int times;
  QFTP_INIT(options);
  options.ufs = "speaker";
  OK(qftp_emulator_open(&options, &emulator, NULL)); /* which makes the folder */
  qftp_emulator_free(emulator);
  file = fopen("speaker/big", "wb");
  CHECK(file != NULL && fwrite(content, sizeof content, 1, file) == 1 && fclose(file) == 0);
  for (times = 0; times < 20; times++) {
    OK(qftp_emulator_open(&options, &emulator, NULL));
    OK(qftp_emulator_fd(emulator, &line.fd));
    type(emulator, "ATE0+QFDWL=\"big\"\r");
    line.events = POLLIN;
    CHECK(poll(&line, 1, WAIT_MS * WAITS) == 1);
    qftp_emulator_free(emulator);
  }
}

/* In place of a UART: by its descriptor alone, with unsolicited result codes apart. */
static void descriptor(void) {
  struct listener listener;
  qftp_emulator_options options;
  struct pollfd line;
  int waits;
  ssize_t got;
  memset(&listener, 0, sizeof listener);
  QFTP_INIT(options);
  options.on_urc = on_urc;
  options.urc_user = &listener;
  OK(qftp_emulator_open(&options, &listener.emulator, NULL));
  line.fd = -1;
  OK(qftp_emulator_fd(listener.emulator, &line.fd));
  CHECK(write(line.fd, "ATE0;+QFTPCLOSE\r", 16) == 16);
  for (waits = 0; strstr(listener.said, "+QFTPCLOSE: ") == NULL; waits++) {
    CHECK(waits < WAITS);
    line.events = POLLIN;
    CHECK(poll(&line, 1, WAIT_MS) >= 0);
    got = read(line.fd, listener.said + listener.length, 100);
    if (got > 0) listener.length += (size_t)got;
    listener.said[listener.length] = 0;
    if (strstr(listener.said, "ERROR") != NULL) break;
  }
  CHECK(listener.urcs[0] == 0);
  OK(qftp_emulator_poll(listener.emulator, 0, NULL));
  CHECK((strstr(listener.said, "+QFTPCLOSE: ") != NULL) == (listener.urcs[0] != 0));
  CHECK(strstr(listener.said, "OK\r\n") != NULL || strstr(listener.said, "ERROR") != NULL);
  qftp_emulator_free(listener.emulator);
}

static void pseudo_terminal(void) {
  qftp_emulator_options options;
  qftp_emulator *emulator;
  qftp_error error;
  char path[100];
  size_t length;
  int fd;
  QFTP_INIT(options);
  options.pty_link = "";
  OK(qftp_emulator_open(&options, &emulator, NULL));
  OK(qftp_emulator_path(emulator, path, sizeof path, &length));
  CHECK(strncmp(path, "/dev/", 5) == 0 && strlen(path) == length);
  STATUS(qftp_emulator_path(emulator, path, length, &length), QFTP_ERR_BUFFER);
  fd = open(path, O_RDWR | O_NOCTTY);
  CHECK(fd >= 0 && close(fd) == 0);
  STATUS(qftp_emulator_write(emulator, "A", 1, 0, &length), QFTP_ERR_UNSUPPORTED);
  STATUS(qftp_emulator_fd(emulator, &fd), QFTP_ERR_UNSUPPORTED);
  STATUS(qftp_emulator_dtr(emulator, 1), QFTP_ERR_UNSUPPORTED);
  STATUS(qftp_emulator_poll(emulator, 0, NULL), QFTP_ERR_UNSUPPORTED);
  QFTP_INIT(error);
  OK(qftp_emulator_last_error(emulator, &error));
  CHECK(error.status == QFTP_ERR_UNSUPPORTED && error.message[0] != 0);
  qftp_emulator_free(emulator);

  /* A link comes and goes with the emulator; what is no link stays. */
  options.pty_link = "line";
  OK(qftp_emulator_open(&options, &emulator, NULL));
  CHECK(access("line", F_OK) == 0);
  qftp_emulator_free(emulator);
  CHECK(access("line", F_OK) != 0);
  fd = open("file", O_CREAT | O_WRONLY, 0600);
  CHECK(fd >= 0 && close(fd) == 0);
  options.pty_link = "file";
  emulator = NULL;
  QFTP_INIT(error);
  STATUS(qftp_emulator_open(&options, &emulator, &error), QFTP_ERR_PORT);
  CHECK(emulator == NULL && error.status == QFTP_ERR_PORT && error.message[0] != 0);
  CHECK(access("file", F_OK) == 0);
}

/* A Unix socket comes and goes with the emulator, and belongs to one. */
static void unix_socket(void) {
  qftp_emulator_options options;
  qftp_emulator *emulator, *second = NULL;
  qftp_error error;
  struct stat file;
  char path[200], url[300];
  size_t length;
  qftp_client *client;
  QFTP_INIT(options);
  options.unix_socket = "socket";
  OK(qftp_emulator_open(&options, &emulator, NULL));
  CHECK(stat("socket", &file) == 0 && S_ISSOCK(file.st_mode) && (file.st_mode & 0777) == 0600);
  OK(qftp_emulator_path(emulator, path, sizeof path, &length));
  CHECK(path[0] == '/' && strlen(path) == length);
  STATUS(qftp_emulator_write(emulator, "A", 1, 0, &length), QFTP_ERR_UNSUPPORTED);
  snprintf(url, sizeof url, "unix://%s", path);
  OK(qftp_client_open(url, NULL, &client, NULL));
  qftp_client_free(client);
  QFTP_INIT(error);
  STATUS(qftp_emulator_open(&options, &second, &error), QFTP_ERR_PORT_BUSY);
  CHECK(second == NULL && strstr(error.message, "in use") != NULL);
  options.pty_link = "";
  STATUS(qftp_emulator_open(&options, &second, NULL), QFTP_ERR_ARGUMENT);
  qftp_emulator_free(emulator);
  CHECK(access("socket", F_OK) != 0);
}

/* Faults and states, at the start and while it runs. */
static void conditions(void) {
  struct listener listener;
  qftp_emulator_options options;
  qftp_emulator *other = NULL;
  qftp_error error;
  memset(&listener, 0, sizeof listener);
  QFTP_INIT(options);
  options.states = "signal=11, network=roaming";
  options.quirks = "quoted-pwd";
  options.control = "control";
  options.on_output = on_output;
  options.output_user = &listener;
  OK(qftp_emulator_open(&options, &listener.emulator, NULL));
  CHECK(access("control", F_OK) == 0);
  QFTP_INIT(error);
  STATUS(qftp_emulator_open(&options, &other, &error), QFTP_ERR_PORT_BUSY);
  CHECK(other == NULL && strstr(error.message, "in use") != NULL);
  ask(&listener, "ATE0+CSQ;+CREG?\r", "OK\r\n");
  CHECK(strstr(listener.said, "+CSQ: 11,99\r\n") != NULL);
  CHECK(strstr(listener.said, "+CREG: 0,5\r\n") != NULL);
  OK(qftp_emulator_set_state(listener.emulator, "sim=absent"));
  ask(&listener, "AT+CPIN?\r", "+CME ERROR: 10\r\n");
  OK(qftp_emulator_set_state(listener.emulator, "sim=ready"));
  OK(qftp_emulator_inject(listener.emulator, "no-network"));
  ask(&listener, "AT+CSQ\r", "+CSQ: 99,99\r\n");
  OK(qftp_emulator_clear(listener.emulator, "no-network"));
  OK(qftp_emulator_clear(listener.emulator, "busy"));
  ask(&listener, "AT+CSQ\r", "+CSQ: 11,99\r\n");
  OK(qftp_emulator_restart(listener.emulator));
  ask(&listener, "", "RDY\r\n");
  STATUS(qftp_emulator_inject(listener.emulator, "loud"), QFTP_ERR_ARGUMENT);
  OK(qftp_emulator_last_error(listener.emulator, &error));
  CHECK(strstr(error.message, "unknown fault \"loud\": there are reboot, ") != NULL);
  STATUS(qftp_emulator_clear(listener.emulator, "\xff"), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_set_state(listener.emulator, "sim=gone"), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_set_state(listener.emulator, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_inject(listener.emulator, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_clear(listener.emulator, NULL), QFTP_ERR_ARGUMENT);
  qftp_emulator_free(listener.emulator);
  CHECK(access("control", F_OK) != 0);

  QFTP_INIT(options);
  options.states = "mood=good";
  STATUS(qftp_emulator_open(&options, &other, NULL), QFTP_ERR_ARGUMENT);
  options.states = NULL;
  options.quirks = "loud";
  STATUS(qftp_emulator_open(&options, &other, NULL), QFTP_ERR_ARGUMENT);

  options.quirks = NULL;
  options.faults = "reboot\nlose byte=1";
  QFTP_INIT(error);
  STATUS(qftp_emulator_open(&options, &other, &error), QFTP_ERR_ARGUMENT);
  CHECK(strstr(error.message, "unknown word \"byte\": lose takes bytes, on, ") != NULL);
  options.faults = NULL;
  options.faults_file = "missing.toml";
  QFTP_INIT(error);
  STATUS(qftp_emulator_open(&options, &other, &error), QFTP_ERR_ARGUMENT);
  CHECK(strstr(error.message, "missing.toml: ") != NULL);

  /* It begins with a start, which takes a while. */
  QFTP_INIT(options);
  options.dialect = "M95";
  options.banner = 1;
  options.boot_time_ms = 1;
  options.on_output = on_output;
  options.output_user = &listener;
  memset(&listener, 0, sizeof listener);
  OK(qftp_emulator_open(&options, &listener.emulator, NULL));
  ask(&listener, "", "RDY\r\n");
  STATUS(qftp_emulator_inject(listener.emulator, "busy"), QFTP_ERR_UNSUPPORTED);
  qftp_emulator_free(listener.emulator);
}

/* Rules of a fault plan, at the start, from a file, and while it runs. */
static void fault_plan(void) {
  struct listener listener;
  qftp_emulator_options options;
  qftp_error error;
  FILE *file = fopen("plan.toml", "w");
  CHECK(file != NULL);
  fputs("[[fault]]\naction = \"answer-busy\"\ncode = 14\non = \"+CSQ\"\n", file);
  CHECK(fclose(file) == 0);
  memset(&listener, 0, sizeof listener);
  QFTP_INIT(options);
  options.dialect = "gsm";
  options.faults_file = "plan.toml";
  options.faults = "# the second\nanswer-busy code=15 on=+CSQ nth=2\n";
  options.on_output = on_output;
  options.output_user = &listener;
  OK(qftp_emulator_open(&options, &listener.emulator, NULL));
  ask(&listener, "ATE0+CMEE=1\r", "OK\r\n");
  ask(&listener, "AT+CSQ\r", "+CME ERROR: 14\r\n");
  ask(&listener, "AT+CSQ\r", "+CME ERROR: 15\r\n");
  ask(&listener, "AT+CSQ\r", "+CSQ: 28,99\r\n\r\nOK\r\n");
  OK(qftp_emulator_add_fault(listener.emulator, "answer-busy code=16 on=+CSQ count=all"));
  ask(&listener, "AT+CSQ\r", "+CME ERROR: 16\r\n");
  OK(qftp_emulator_clear_faults(listener.emulator));
  ask(&listener, "AT+CSQ\r", "+CSQ: 28,99\r\n\r\nOK\r\n");
  STATUS(qftp_emulator_add_fault(listener.emulator, "loud"), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_add_fault(listener.emulator, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_add_fault(listener.emulator, "busy"), QFTP_ERR_UNSUPPORTED);
  QFTP_INIT(error);
  OK(qftp_emulator_last_error(listener.emulator, &error));
  CHECK(strstr(error.message, "does not fit gsm") != NULL);
  qftp_emulator_free(listener.emulator);
  CHECK(unlink("plan.toml") == 0);
}

/* Types AT+CSQ at a module with these delays; its answer comes at once, or in an hour. */
static void signal_comes(const char *latency, uint64_t seed, int at_once) {
  struct listener listener;
  qftp_emulator_options options;
  memset(&listener, 0, sizeof listener);
  QFTP_INIT(options);
  options.latency = latency;
  options.seed = seed;
  options.on_output = on_output;
  options.output_user = &listener;
  OK(qftp_emulator_open(&options, &listener.emulator, NULL));
  ask(&listener, "ATE0\r", "OK\r\n");
  if (at_once) {
    ask(&listener, "AT+CSQ\r", "+CSQ: 28,99\r\n");
  } else {
    type(listener.emulator, "AT+CSQ\r");
    OK(qftp_emulator_poll(listener.emulator, 50, NULL));
    CHECK(strstr(listener.said, "+CSQ") == NULL);
  }
  qftp_emulator_free(listener.emulator);
}

/* The time that it takes. */
static void timing(void) {
  struct listener listener;
  qftp_emulator_options options;
  memset(&listener, 0, sizeof listener);
  QFTP_INIT(options);
  options.baud = 57600;
  options.latency = "1..2ms";
  options.on_output = on_output;
  options.output_user = &listener;
  OK(qftp_emulator_open(&options, &listener.emulator, NULL));
  ask(&listener, "ATE0;+IPR?\r", "OK\r\n");
  CHECK(strstr(listener.said, "+IPR: 57600\r\n") != NULL);
  qftp_emulator_free(listener.emulator);

  signal_comes("+CSQ=3600s", 0, 0);
  signal_comes("+CSQ=3600s,+csq=0", 0, 1);
  /* Drawn: these seeds begin with the one and with the other. */
  signal_comes("+CSQ=0|3600s", 1, 0);
  signal_comes("+CSQ=0|3600s", 2, 1);
  signal_comes("+CSQ=0|3600s,seed=2", 0, 1);
  signal_comes("+CSQ=0|3600s,seed=2", 1, 0);
}

static void model(const char *name, const char *model) {
  struct listener listener;
  qftp_emulator_options options;
  memset(&listener, 0, sizeof listener);
  QFTP_INIT(options);
  options.dialect = name;
  options.on_output = on_output;
  options.output_user = &listener;
  OK(qftp_emulator_open(&options, &listener.emulator, NULL));
  ask(&listener, "ATE0;+CGMM\r", "OK\r\n");
  CHECK(strstr(listener.said, model) != NULL);
  qftp_emulator_free(listener.emulator);
}

/* Commands that it does not know. */
static void accepted(void) {
  struct listener listener;
  qftp_emulator_options options;
  memset(&listener, 0, sizeof listener);
  QFTP_INIT(options);
  options.accept = "+QFOO, +qbar";
  options.on_output = on_output;
  options.output_user = &listener;
  OK(qftp_emulator_open(&options, &listener.emulator, NULL));
  ask(&listener, "ATE0;+QFOO=1,\"a\";+QBAR\r", "OK\r\n");
  ask(&listener, "AT+QFOO?\r", "OK\r\n");
  CHECK(strcmp(listener.said, "\r\n+QFOO: 1,\"a\"\r\n\r\nOK\r\n") == 0);
  ask(&listener, "AT+QBAZ\r", "ERROR\r\n");
  qftp_emulator_free(listener.emulator);
}

static void refused(const qftp_emulator_options *options, const char *reason) {
  qftp_emulator *emulator = NULL;
  qftp_error error;
  QFTP_INIT(error);
  STATUS(qftp_emulator_open(options, &emulator, &error), QFTP_ERR_ARGUMENT);
  CHECK(emulator == NULL && strcmp(error.message, reason) == 0);
}

static void wrong_options(void) {
  qftp_emulator_options options;
  QFTP_INIT(options);
  options.latency = "urc=soon";
  refused(&options, "latency: urc=soon: give a time such as 20ms, 20..80ms, 20|35|50ms, 1.5s");
  QFTP_INIT(options);
  options.accept = "+QFOO,+CSQ";
  refused(&options, "accept: +CSQ is a command that ec2x knows");
  options.accept = "QFOO";
  refused(&options, "accept: \"QFOO\" is no name of a command: give + and letters, as +QFOO");
}

/* Folders of the program's own, and their limits. */
static void stores(void) {
  struct listener listener;
  qftp_emulator_options options;
  char content[10];
  FILE *file;
  memset(&listener, 0, sizeof listener);
  QFTP_INIT(options);
  options.ufs = "ufs";
  options.sd = "sd";
  options.ufs_limit = 3;
  options.sd_limit = 1000;
  options.ram_limit = 2000;
  options.on_output = on_output;
  options.output_user = &listener;
  OK(qftp_emulator_open(&options, &listener.emulator, NULL));
  ask(&listener, "AT+QFLDS=\"UFS\"\r", "OK\r\n");
  CHECK(strstr(listener.said, "+QFLDS: 3,3\r\n") != NULL);
  ask(&listener, "AT+QFUPL=\"a\",3\r", "CONNECT\r\n");
  ask(&listener, "abc", "OK\r\n");
  file = fopen("ufs/a", "rb");
  CHECK(file != NULL && fread(content, 1, sizeof content, file) == 3);
  CHECK(memcmp(content, "abc", 3) == 0 && fclose(file) == 0);
  ask(&listener, "AT+QFUPL=\"b\",1\r", "\r\n+CME ERROR: ");
  ask(&listener, "AT+QFLDS=\"SD\"\r", "+QFLDS: 1000,1000\r\n");
  ask(&listener, "AT+QFLDS=\"RAM\"\r", "+QFLDS: 2000,2000\r\n");
  qftp_emulator_free(listener.emulator);
  CHECK(access("ufs/a", F_OK) == 0);
}

static void misuse(void) {
  qftp_emulator *emulator = NULL;
  qftp_emulator_options options;
  qftp_error error;
  char path[10];
  size_t count;
  int fd;
  STATUS(qftp_emulator_open(NULL, NULL, NULL), QFTP_ERR_ARGUMENT);
  memset(&options, 0, sizeof options);
  STATUS(qftp_emulator_open(&options, &emulator, NULL), QFTP_ERR_ARGUMENT);
  QFTP_INIT(options);
  options.dialect = "zz";
  memset(&error, 0, sizeof error);
  STATUS(qftp_emulator_open(&options, &emulator, &error), QFTP_ERR_ARGUMENT);
  QFTP_INIT(error);
  STATUS(qftp_emulator_open(&options, &emulator, &error), QFTP_ERR_ARGUMENT);
  CHECK(error.status == QFTP_ERR_ARGUMENT && strstr(error.message, "zz") != NULL);
  CHECK(emulator == NULL);
  options.dialect = NULL;
  options.ufs = "file"; /* which is no folder */
  STATUS(qftp_emulator_open(&options, &emulator, NULL), QFTP_ERR_PORT);
  qftp_emulator_free(NULL);
  STATUS(qftp_emulator_write(NULL, "A", 1, 0, &count), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_poll(NULL, 0, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_fd(NULL, &fd), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_dtr(NULL, 0), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_path(NULL, path, sizeof path, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_last_error(NULL, &error), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_inject(NULL, "noise"), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_add_fault(NULL, "noise"), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_clear_faults(NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_clear(NULL, "noise"), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_set_state(NULL, "sim=ready"), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_restart(NULL), QFTP_ERR_ARGUMENT);
  OK(qftp_emulator_open(NULL, &emulator, NULL));
  OK(qftp_emulator_last_error(emulator, &error));
  CHECK(error.status == QFTP_OK);
  STATUS(qftp_emulator_write(emulator, NULL, 1, 0, &count), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_write(emulator, "A", 1, 0, NULL), QFTP_ERR_ARGUMENT);
  OK(qftp_emulator_write(emulator, NULL, 0, 0, &count));
  CHECK(count == 0);
  STATUS(qftp_emulator_poll(emulator, 0, NULL), QFTP_ERR_UNSUPPORTED);
  STATUS(qftp_emulator_fd(emulator, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_emulator_path(emulator, path, sizeof path, &count), QFTP_ERR_UNSUPPORTED);
  STATUS(qftp_emulator_last_error(emulator, NULL), QFTP_ERR_ARGUMENT);
  qftp_emulator_free(emulator);
}

int main(int count, char **arguments) {
  CHECK(count == 5);
  server = arguments + 1;
  callbacks();
  freed_inside();
  freed_while_it_speaks();
  descriptor();
  pseudo_terminal();
  unix_socket();
  conditions();
  fault_plan();
  timing();
  model("m95", "Quectel_M95\r\n");
  model("M10", "Quectel_M10\r\n");
  model("gsm", "Quectel_M33\r\n");
  accepted();
  wrong_options();
  stores();
  misuse();
  return 0;
}
