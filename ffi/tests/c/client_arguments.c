/* Misuse of a client: no handle, NULL, strings that cannot be sent, options that do not fit. Nothing is sent. */
#define _POSIX_C_SOURCE 200809L

#include <string.h>

#include "emulated.h"

static qftp_client *client;
static int lines;

static void count(int sent, const char *line, size_t length, void *user) {
  (void)sent, (void)line, (void)length, (void)user;
  lines++;
}

static int give(void *buffer, size_t size, size_t *length, void *user) {
  (void)buffer, (void)size, (void)user;
  *length = 0;
  return 0;
}

static int take(const void *data, size_t length, void *user) {
  (void)data, (void)length, (void)user;
  return 0;
}

static int take_line(const char *line, size_t length, void *user) {
  (void)line, (void)length, (void)user;
  return 0;
}

static int take_entry(const qftp_entry *entry, void *user) {
  (void)entry, (void)user;
  return 0;
}

/* The call was refused before anything was sent, and the last error says why. */
static void refused(qftp_status ended, int line) {
  qftp_error error;
  QFTP_INIT(error);
  OK(qftp_client_last_error(client, &error));
  if (ended != QFTP_ERR_ARGUMENT || error.status != QFTP_ERR_ARGUMENT || lines != 0) {
    fprintf(stderr, "line %d: %s, %d lines\n", line, qftp_strerror(ended), lines);
    exit(1);
  }
  CHECK(error.message[0] != 0);
}

#define REFUSED(call) refused(call, __LINE__)

/* With each function once: no client, then a client without what the function needs. */
#define NEEDS(function, ...)                                 \
  do {                                                       \
    STATUS(function(NULL, __VA_ARGS__), QFTP_ERR_ARGUMENT);  \
    REFUSED(function(client, __VA_ARGS__));                  \
  } while (0)

static void opening(void) {
  qftp_client *none = NULL;
  qftp_client_options options;
  qftp_error error;
  QFTP_INIT(options);
  QFTP_INIT(error);
  STATUS(qftp_client_open(NULL, NULL, &none, &error), QFTP_ERR_ARGUMENT);
  CHECK(error.status == QFTP_ERR_ARGUMENT && strstr(error.message, "url") != NULL);
  STATUS(qftp_client_open(emulated("ec2x"), NULL, NULL, &error), QFTP_ERR_ARGUMENT);
  STATUS(qftp_client_open("emulator://\xff", NULL, &none, &error), QFTP_ERR_ARGUMENT);
  options.dialect = "ec3x";
  STATUS(qftp_client_open(emulated("ec2x"), &options, &none, &error), QFTP_ERR_ARGUMENT);
  options.dialect = NULL;
  options.way = "piece";
  STATUS(qftp_client_open(emulated("nl668"), &options, &none, &error), QFTP_ERR_ARGUMENT);
  CHECK(strstr(error.message, "stream") != NULL && strstr(error.message, "pieces") != NULL);
  options.way = NULL;
  options.send_buffer = 1023;
  STATUS(qftp_client_open(emulated("nl668"), &options, &none, &error), QFTP_ERR_ARGUMENT);
  CHECK(strstr(error.message, "1024 to 65536") != NULL);
  options.send_buffer = 65537;
  STATUS(qftp_client_open(emulated("nl668"), &options, &none, &error), QFTP_ERR_ARGUMENT);
  options.send_buffer = 65536;
  options.way = "pieces";
  STATUS(qftp_client_open(emulated("nl668"), &options, &none, &error), QFTP_OK);
  qftp_client_free(none);
  none = NULL;
  options.size = 3;
  STATUS(qftp_client_open(emulated("ec2x"), &options, &none, NULL), QFTP_ERR_ARGUMENT);
  error.size = 0;
  STATUS(qftp_client_open(emulated("ec2x"), NULL, &none, &error), QFTP_ERR_ARGUMENT);
  CHECK(none == NULL);
}

static void no_client(void) {
  qftp_error error;
  qftp_service_state state;
  QFTP_INIT(error);
  STATUS(qftp_client_last_error(NULL, &error), QFTP_ERR_ARGUMENT);
  STATUS(qftp_client_last_error(client, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_client_cancel(NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_client_logout(NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_client_cdup(NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_client_service_state(NULL, &state), QFTP_ERR_ARGUMENT);
  STATUS(qftp_client_poll(NULL, 0), QFTP_ERR_ARGUMENT);
  STATUS(qftp_client_pwd(NULL, NULL, 0, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_client_on_urc(NULL, NULL, NULL), QFTP_ERR_ARGUMENT);
  STATUS(qftp_client_on_log(NULL, NULL, NULL), QFTP_ERR_ARGUMENT);
}

static void missing(void) {
  uint64_t number = 7;
  size_t length = 7;
  char text[8];
  NEEDS(qftp_client_login, NULL);
  NEEDS(qftp_client_service_state, NULL);
  NEEDS(qftp_client_size, NULL, &number);
  NEEDS(qftp_client_size, "x", NULL);
  NEEDS(qftp_client_mdtm, NULL, text, sizeof text, &length);
  NEEDS(qftp_client_delete, NULL);
  NEEDS(qftp_client_rename, NULL, "x");
  NEEDS(qftp_client_rename, "x", NULL);
  NEEDS(qftp_client_mkdir, NULL);
  NEEDS(qftp_client_rmdir, NULL);
  NEEDS(qftp_client_cwd, NULL);
  NEEDS(qftp_client_transferred, NULL);
  NEEDS(qftp_client_put_file, NULL, "x", NULL, &number);
  NEEDS(qftp_client_put_file, "x", NULL, NULL, &number);
  NEEDS(qftp_client_put_buffer, NULL, 1, "x", NULL, &number);
  NEEDS(qftp_client_put_buffer, "x", 1, NULL, NULL, &number);
  NEEDS(qftp_client_put_callback, NULL, NULL, 1, "x", NULL, &number);
  NEEDS(qftp_client_put_callback, give, NULL, 1, NULL, NULL, &number);
  NEEDS(qftp_client_get_file, NULL, "x", NULL, &number);
  NEEDS(qftp_client_get_file, "x", NULL, NULL, &number);
  NEEDS(qftp_client_get_buffer, NULL, text, sizeof text, &length, NULL);
  NEEDS(qftp_client_get_buffer, "x", NULL, 1, &length, NULL);
  NEEDS(qftp_client_get_buffer, "x", text, sizeof text, NULL, NULL);
  NEEDS(qftp_client_get_callback, NULL, take, NULL, NULL, &number);
  NEEDS(qftp_client_get_callback, "x", NULL, NULL, NULL, &number);
  NEEDS(qftp_client_list, NULL, take_entry, NULL);
  NEEDS(qftp_client_list, "", NULL, NULL);
  NEEDS(qftp_client_mlsd, NULL, take_entry, NULL);
  NEEDS(qftp_client_mlsd, "", NULL, NULL);
  NEEDS(qftp_client_list_text, NULL, take_line, NULL);
  NEEDS(qftp_client_list_text, "", NULL, NULL);
  NEEDS(qftp_client_nlst, NULL, take_line, NULL);
  NEEDS(qftp_client_nlst, "", NULL, NULL);
  NEEDS(qftp_client_store_space, NULL, &number, &number);
  NEEDS(qftp_client_store_space, "EFS", &number, &number);
  NEEDS(qftp_client_store_list, NULL, take_entry, NULL);
  NEEDS(qftp_client_store_list, "*", NULL, NULL);
  NEEDS(qftp_client_store_upload_file, NULL, "x");
  NEEDS(qftp_client_store_upload_file, "x", NULL);
  NEEDS(qftp_client_store_upload_buffer, NULL, 1, "x");
  NEEDS(qftp_client_store_upload_buffer, "x", 1, NULL);
  NEEDS(qftp_client_store_upload_buffer, NULL, 0, "x");
  NEEDS(qftp_client_store_upload_callback, NULL, NULL, 1, "x");
  NEEDS(qftp_client_store_upload_callback, give, NULL, 1, NULL);
  NEEDS(qftp_client_store_download_file, NULL, "x", &number);
  NEEDS(qftp_client_store_download_file, "x", NULL, &number);
  NEEDS(qftp_client_store_download_buffer, NULL, text, sizeof text, &length);
  NEEDS(qftp_client_store_download_buffer, "x", NULL, 1, &length);
  NEEDS(qftp_client_store_download_buffer, "x", text, sizeof text, NULL);
  NEEDS(qftp_client_store_download_callback, NULL, take, NULL, &number);
  NEEDS(qftp_client_store_download_callback, "x", NULL, NULL, &number);
  NEEDS(qftp_client_put_ascii_file, NULL, "x", &number);
  NEEDS(qftp_client_put_ascii_file, "x", NULL, &number);
  NEEDS(qftp_client_get_ascii_file, NULL, "x", &number);
  NEEDS(qftp_client_get_ascii_file, "x", NULL, &number);
  NEEDS(qftp_client_store_fetch, NULL, "x", &number);
  NEEDS(qftp_client_store_fetch, "x", NULL, &number);
  NEEDS(qftp_client_store_send, NULL, "x", &number);
  NEEDS(qftp_client_store_send, "x", NULL, &number);
  NEEDS(qftp_client_store_remove, NULL);
  NEEDS(qftp_client_command, NULL, take_line, NULL);
  NEEDS(qftp_client_fd, NULL);
  NEEDS(qftp_client_identity, NULL);
  NEEDS(qftp_client_probe, NULL);
  CHECK(number == 7 && length == 7);
}

static void unfitting(void) {
  qftp_put_options upload;
  qftp_get_options download;
  qftp_login_options login;
  qftp_identity identity;
  uint64_t number = 7;
  REFUSED(qftp_client_delete(client, "a\rb"));
  REFUSED(qftp_client_mkdir(client, "a\nb"));
  REFUSED(qftp_client_cwd(client, "a\"b"));
  REFUSED(qftp_client_command(client, "AT\rATZ", NULL, NULL));

  QFTP_INIT(upload);
  upload.size = 3;
  REFUSED(qftp_client_put_buffer(client, "x", 1, "x", &upload, &number));
  QFTP_INIT(download);
  download.size = 3;
  REFUSED(qftp_client_get_file(client, "x", "x", &download, &number));

  QFTP_INIT(login);
  REFUSED(qftp_client_login(client, &login));
  login.host = "h";
  REFUSED(qftp_client_login(client, &login));
  login.user = "u";
  REFUSED(qftp_client_login(client, &login));
  login.password = "p";
  login.port = 65536;
  REFUSED(qftp_client_login(client, &login));
  login.port = 21;
  login.context = 17;
  REFUSED(qftp_client_login(client, &login));
  login.context = 1;
  login.response_timeout_ms = 19000;
  REFUSED(qftp_client_login(client, &login));
  login.response_timeout_ms = 181000;
  REFUSED(qftp_client_login(client, &login));
  login.response_timeout_ms = 0;
  login.data_address = QFTP_DATA_ADDRESS_PEER_THEN_SERVER + 1;
  REFUSED(qftp_client_login(client, &login));
  login.data_address = QFTP_DATA_ADDRESS_PEER_THEN_SERVER;
  login.data_timeout_ms = 14000;
  REFUSED(qftp_client_login(client, &login));
  login.data_timeout_ms = 50001;
  REFUSED(qftp_client_login(client, &login));
  login.data_address = QFTP_DATA_ADDRESS_PEER;
  login.data_timeout_ms = 15000;
  REFUSED(qftp_client_login(client, &login));

  memset(&identity, 0, sizeof identity);
  REFUSED(qftp_client_identity(client, &identity));
  /* Older than the library: what it does not know of stays as it is. */
  identity.size = offsetof(qftp_identity, revision);
  OK(qftp_client_identity(client, &identity));
  CHECK(identity.model[0] != 0 && identity.revision[0] == 0 && identity.dialect[0] == 0);
  CHECK(number == 7);
}

struct wanted {
  const char *line;
  int seen;
};

static void look(int sent, const char *line, size_t length, void *user) {
  struct wanted *wanted = user;
  (void)length;
  /* It may stand in a line with others. */
  if (sent == 1 && wanted->line != NULL && strstr(line, wanted->line) != NULL) wanted->seen++;
}

/* Nothing listens on port 1; by then it is set. */
static void data_addresses(void) {
  static const struct {
    const char *dialect;
    uint32_t address, timeout_ms;
    const char *line;
  } cases[] = {
      {"ec2x", QFTP_DATA_ADDRESS_SERVER, 0, "+QFTPCFG=\"data_address\",0"},
      {"ec2x", QFTP_DATA_ADDRESS_PEER, 0, "+QFTPCFG=\"data_address\",1"},
      {"ec2x", QFTP_DATA_ADDRESS_PEER_THEN_SERVER, 0, "+QFTPCFG=\"data_address\",2,25"},
      {"ec2x", QFTP_DATA_ADDRESS_PEER_THEN_SERVER, 15000, "+QFTPCFG=\"data_address\",2,15"},
      {"ec2x", QFTP_DATA_ADDRESS_PEER_THEN_SERVER, 50000, "+QFTPCFG=\"data_address\",2,50"},
      {"bg96", QFTP_DATA_ADDRESS_PEER_THEN_SERVER, 0, NULL},
      {"gsm", QFTP_DATA_ADDRESS_PEER, 0, NULL},
  };
  size_t i;
  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct wanted wanted = {NULL, 0};
    qftp_client_options options;
    qftp_login_options login;
    qftp_client *module = NULL;
    QFTP_INIT(options);
    options.on_log = look;
    options.log_user = &wanted;
    wanted.line = cases[i].line;
    OK(qftp_client_open(emulated(cases[i].dialect), &options, &module, NULL));
    QFTP_INIT(login);
    login.host = "127.0.0.1";
    login.port = 1;
    login.user = login.password = "u";
    login.data_address = cases[i].address;
    login.data_timeout_ms = cases[i].timeout_ms;
    STATUS(qftp_client_login(module, &login), cases[i].line ? QFTP_ERR_MODULE : QFTP_ERR_UNSUPPORTED);
    CHECK(wanted.seen == (cases[i].line != NULL));
    qftp_client_free(module);
  }
}

int main(void) {
  opening();
  OK(qftp_client_open(emulated("ec2x"), NULL, &client, NULL));
  OK(qftp_client_on_log(client, count, NULL));
  no_client();
  missing();
  unfitting();
  data_addresses();
  qftp_client_free(client);
  qftp_client_free(NULL);
  return 0;
}
