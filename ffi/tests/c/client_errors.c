/* Every status that a client can end with, and what qftp_client_last_error tells of it: HOST PORT USER PASSWORD. */
#define _POSIX_C_SOURCE 200809L

#include "emulated.h"
#include "scripted.h"

static qftp_login_options login;

static int refuse(const void *data, size_t length, void *user) {
  (void)data, (void)length, (void)user;
  return 1;
}

static int refuse_to_read(void *buffer, size_t size, size_t *length, void *user) {
  (void)buffer, (void)size, (void)length, (void)user;
  return 1;
}

static int read_too_much(void *buffer, size_t size, size_t *length, void *user) {
  (void)buffer, (void)user;
  *length = size + 1;
  return 0;
}

static int read_nothing(void *buffer, size_t size, size_t *length, void *user) {
  (void)buffer, (void)size, (void)user;
  *length = 0;
  return 0;
}

static int want_no_more(const char *line, size_t length, void *user) {
  (void)line, (void)length, (void)user;
  return 1;
}

static int want_no_entry(const qftp_entry *entry, void *user) {
  (void)entry, (void)user;
  return 1;
}

static int stop(uint64_t done, uint64_t total, void *user) {
  (void)done, (void)total, (void)user;
  return 1;
}

static void keep(const char *line, size_t length, void *user) {
  CHECK(length < 64);
  strcpy(user, line);
}

/* What is told of a call on the client that has ended so. */
static qftp_error failed(qftp_client *client, qftp_status ended, qftp_status wanted, int line) {
  qftp_error error;
  QFTP_INIT(error);
  OK(qftp_client_last_error(client, &error));
  if (ended != wanted || error.status != (int32_t)wanted) {
    fprintf(stderr, "line %d: %s: %s\n", line, qftp_strerror(ended), error.message);
    exit(1);
  }
  CHECK(error.size == sizeof error && error.message[0] != 0);
  return error;
}

#define FAILED(client, call, wanted) failed(client, call, wanted, __LINE__)

static qftp_client *open_client(const char *url) {
  qftp_client *client = NULL;
  qftp_client_options options;
  QFTP_INIT(options);
  /* The first failure is what is looked at. */
  options.retries = QFTP_NO_RETRY;
  OK(qftp_client_open(url, &options, &client, NULL));
  return client;
}

/* unix:// wants the whole path. */
static const char *socket_url(void) {
  static char url[1024] = "unix://";
  CHECK(getcwd(url + 7, sizeof url - 50) != NULL);
  return strcat(url, "/module.socket");
}

static void cannot_open(const char *url, qftp_status status) {
  qftp_client *client = NULL;
  qftp_error error;
  QFTP_INIT(error);
  if (qftp_client_open(url, NULL, &client, &error) != status) {
    fprintf(stderr, "%s: %s: %s\n", url, qftp_strerror(error.status), error.message);
    exit(1);
  }
  CHECK(client == NULL && error.status == (int32_t)status && error.message[0] != 0);
}

static void opening(void) {
  static const struct answer stranger[] = {
      {"ATI", "\r\nAcme\r\nX1\r\nRevision: X1\r\n\r\nOK\r\n"}, {"AT+CMEE?", CMEE}, {NULL, NOTHING}};
  static const struct answer silent[] = {{NULL, ""}};
  static const struct answer leaving[] = {{NULL, NULL}};
  struct scripted module;
  qftp_emulator_options options;
  qftp_emulator *on_pty = NULL;
  qftp_client *client;

  cannot_open("bogus://x", QFTP_ERR_PORT);
  cannot_open("./there-is-none", QFTP_ERR_PORT);
  cannot_open("emulator://nothing", QFTP_ERR_PORT);

  QFTP_INIT(options);
  options.pty_link = "./module";
  OK(qftp_emulator_open(&options, &on_pty, NULL));
  client = open_client("./module");
  cannot_open("./module", QFTP_ERR_PORT_BUSY);
  qftp_client_free(client);
  qftp_emulator_free(on_pty);

  scripted_start(&module, "module.socket", stranger);
  cannot_open(socket_url(), QFTP_ERR_UNKNOWN_MODULE);
  scripted_end(&module);
  scripted_start(&module, "module.socket", silent);
  cannot_open(socket_url(), QFTP_ERR_NO_ANSWER);
  scripted_end(&module);
  scripted_start(&module, "module.socket", leaving);
  cannot_open(socket_url(), QFTP_ERR_LINE);
  scripted_end(&module);
}

static void of_the_module(void) {
  static const struct answer answers[] = {
      {"ATI", EC25},
      {"AT+CMEE?", CMEE},
      {"AT+QFTPSIZE=\"odd\"", "\r\nOK\r\n\r\n+QFTPSIZE: nonsense\r\n"},
      {"AT+QFTPSIZE", "\r\nOK\r\n\r\n+QFTPSIZE: 0,10\r\n"},
      {"AT+QFTPGET", "\r\nCONNECT\r\nabcde\r\nOK\r\n\r\n+QFTPGET: 0,5\r\n"},
      {"AT+QFTPPWD", "\r\nRDY\r\n"},
      {"AT+CSQ", "\r\n+CSQ: 20,99\r\n\r\nOK\r\n\r\n+QIURC: \"pdpdeact\",1\r\n"},
      {"AT+QFTPRMDIR", NULL},
      {NULL, NOTHING}};
  struct scripted module;
  qftp_client *client;
  qftp_error error;
  uint64_t bytes = 7;
  char text[64] = "";
  scripted_start(&module, "module.socket", answers);
  client = open_client(socket_url());

  FAILED(client, qftp_client_size(client, "odd", &bytes), QFTP_ERR_UNEXPECTED);
  CHECK(bytes == 7);
  error = FAILED(client, qftp_client_get_file(client, "even", "even", NULL, &bytes), QFTP_ERR_INCOMPLETE);
  /* Which of the bytes are missing is not known: none is confirmed. */
  CHECK(error.bytes_confirmed == 0 && error.hint[0] != 0 && bytes == 7);
  CHECK(access("even", F_OK) != 0);

  OK(qftp_client_on_urc(client, keep, text));
  OK(qftp_client_command(client, "AT+CSQ", NULL, NULL));
  while (text[0] == 0) {
    OK(qftp_client_poll(client, 60000));
  }
  CHECK(strcmp(text, "+QIURC: \"pdpdeact\",1") == 0);

  error = FAILED(client, qftp_client_pwd(client, text, sizeof text, NULL), QFTP_ERR_RESTARTED);
  CHECK(error.hint[0] != 0);
  FAILED(client, qftp_client_rmdir(client, "x"), QFTP_ERR_LINE);
  FAILED(client, qftp_client_poll(client, 60000), QFTP_ERR_LINE);
  qftp_client_free(client);
  scripted_end(&module);
}

static void of_the_session(void) {
  qftp_client *client = open_client(emulated("ec2x"));
  qftp_login_options wrong = login;
  qftp_error error;
  char text[8];
  char detail[512];
  size_t length = 0;
  error = FAILED(client, qftp_client_command(client, "AT+NONSENSE", NULL, NULL), QFTP_ERR_REFUSED);
  CHECK(error.module_code == 0 && error.ftp_reply == 0 && error.bytes_confirmed == 0);
  CHECK(strstr(error.message, "AT+NONSENSE") != NULL);
  FAILED(client, qftp_client_cwd(client, "x"), QFTP_ERR_MODULE);
  wrong.password = "not-this-one";
  error = FAILED(client, qftp_client_login(client, &wrong), QFTP_ERR_MODULE);
  CHECK(error.ftp_reply == 530 && strstr(error.message, wrong.password) == NULL);

  OK(qftp_client_login(client, &login));
  error = FAILED(client, qftp_client_delete(client, "no-such-file"), QFTP_ERR_MODULE);
  CHECK(error.module_code > 600 && error.raw_code == (int32_t)error.module_code);
  CHECK(error.ftp_reply == 550 && error.hint[0] != 0);
  /* A sentence for people, and what stands behind it for a log. */
  CHECK(strcmp(error.message, "cannot delete no-such-file: no such file, or no permission (550)") == 0);
  OK(qftp_client_last_detail(client, detail, sizeof detail, &length));
  CHECK(strlen(detail) == length && strncmp(detail, "AT+QFTPDEL: module error 627 ", 29) == 0);
  STATUS(qftp_client_last_detail(client, detail, length, &length), QFTP_ERR_BUFFER);
  error = FAILED(client, qftp_client_get_buffer(client, "none", NULL, 0, &length, NULL), QFTP_ERR_MODULE);
  CHECK(strcmp(error.message, "cannot get none: no such file, or no permission (550)") == 0);
  STATUS(qftp_client_last_error(client, NULL), QFTP_ERR_ARGUMENT);
  FAILED(client, qftp_client_pwd(client, text, 1, NULL), QFTP_ERR_BUFFER);
  OK(qftp_client_pwd(client, text, sizeof text, NULL));
  QFTP_INIT(error);
  OK(qftp_client_last_error(client, &error));
  CHECK(error.status == QFTP_OK && error.message[0] == 0);
  OK(qftp_client_last_detail(client, detail, sizeof detail, &length));
  CHECK(length == 0 && detail[0] == 0);
  qftp_client_free(client);
}

static void of_the_local_side(void) {
  qftp_client *client = open_client(emulated("ec2x"));
  qftp_put_options options;
  qftp_error error;
  uint64_t bytes = 7;
  OK(qftp_client_login(client, &login));
  OK(qftp_client_put_buffer(client, "abc", 3, "local.txt", NULL, NULL));
  OK(qftp_client_store_upload_buffer(client, "abc", 3, "RAM:local.txt"));

  FAILED(client, qftp_client_put_file(client, "none", "x", NULL, &bytes), QFTP_ERR_LOCAL);
  FAILED(client, qftp_client_put_callback(client, refuse_to_read, NULL, 3, "x", NULL, &bytes), QFTP_ERR_LOCAL);
  FAILED(client, qftp_client_put_callback(client, read_too_much, NULL, 3, "x", NULL, &bytes), QFTP_ERR_LOCAL);
  FAILED(client, qftp_client_put_callback(client, read_nothing, NULL, 3, "x", NULL, &bytes), QFTP_ERR_LOCAL);
  FAILED(client, qftp_client_get_callback(client, "local.txt", refuse, NULL, NULL, &bytes), QFTP_ERR_LOCAL);
  FAILED(client, qftp_client_get_file(client, "local.txt", "none/x", NULL, &bytes), QFTP_ERR_LOCAL);
  FAILED(client, qftp_client_store_upload_file(client, "none", "x"), QFTP_ERR_LOCAL);
  FAILED(client, qftp_client_store_upload_callback(client, refuse_to_read, NULL, 3, "x"), QFTP_ERR_LOCAL);
  FAILED(client, qftp_client_store_download_callback(client, "RAM:local.txt", refuse, NULL, &bytes), QFTP_ERR_LOCAL);
  FAILED(client, qftp_client_store_download_file(client, "RAM:local.txt", "none/x", &bytes), QFTP_ERR_LOCAL);

  QFTP_INIT(options);
  options.on_progress = stop;
  error = FAILED(client, qftp_client_put_buffer(client, "abc", 3, "x", &options, &bytes), QFTP_ERR_CANCELLED);
  CHECK(error.bytes_confirmed <= 3);
  CHECK(bytes == 7);

  /* The line is in a known state after all that; a transfer that was cancelled may have ended the session. */
  OK(qftp_client_login(client, &login));
  FAILED(client, qftp_client_list(client, "", want_no_entry, NULL), QFTP_ERR_CANCELLED);
  FAILED(client, qftp_client_mlsd(client, "", want_no_entry, NULL), QFTP_ERR_CANCELLED);
  FAILED(client, qftp_client_nlst(client, "", want_no_more, NULL), QFTP_ERR_CANCELLED);
  FAILED(client, qftp_client_list_text(client, "", want_no_more, NULL), QFTP_ERR_CANCELLED);
  FAILED(client, qftp_client_command(client, "AT+CSQ", want_no_more, NULL), QFTP_ERR_CANCELLED);
  FAILED(client, qftp_client_store_list(client, "RAM:*", want_no_entry, NULL), QFTP_ERR_CANCELLED);
  OK(qftp_client_delete(client, "local.txt"));
  qftp_client_free(client);
}

/* nl668 has no sizes, no times, no MLSD and no parts of a file. */
static void of_the_dialect(void) {
  qftp_client *client = open_client(emulated("nl668"));
  qftp_get_options options;
  size_t length = 7;
  char text[8];
  uint64_t size = 7;
  OK(qftp_client_login(client, &login));
  FAILED(client, qftp_client_size(client, "no-such-file", &size), QFTP_ERR_NOT_FOUND);
  FAILED(client, qftp_client_mdtm(client, "x", text, sizeof text, NULL), QFTP_ERR_UNSUPPORTED);
  FAILED(client, qftp_client_mlsd(client, "", want_no_entry, NULL), QFTP_ERR_UNSUPPORTED);
  OK(qftp_client_put_buffer(client, "abc", 3, "whole.txt", NULL, NULL));
  QFTP_INIT(options);
  options.length = 2;
  FAILED(client, qftp_client_get_buffer(client, "whole.txt", text, sizeof text, &length, &options), QFTP_ERR_UNSUPPORTED);
  CHECK(size == 7 && length == 7);
  OK(qftp_client_delete(client, "whole.txt"));
  qftp_client_free(client);
}

int main(int argc, char **argv) {
  CHECK(argc == 5);
  QFTP_INIT(login);
  login.host = argv[1];
  login.port = (uint32_t)atoi(argv[2]);
  login.user = argv[3];
  login.password = argv[4];
  opening();
  of_the_module();
  of_the_session();
  of_the_local_side();
  of_the_dialect();
  return 0;
}
