/*
 * Logging in over TLS. Without arguments: what is refused before anything is sent, and what is told of doing without.
 * HOST PORT USER PASSWORD DIALECT MODE CA CERT KEY WHY: a login, CA, CERT and KEY being files or "-"; WHY is "-" where it
 * has to succeed, else what the error's message has to contain.
 */
#define _POSIX_C_SOURCE 200809L

#include <stddef.h>
#include <string.h>

#include "emulated.h"

#define PEM(what, text) "-----BEGIN " what "-----\n" text "\n-----END " what "-----\n"

static const char certificate[] = PEM("CERTIFICATE", "AA==");
static const char key[] = PEM("PRIVATE KEY", "SECRET");

struct heard {
  unsigned sent, warnings;
  char warning[256];
};

static void listen_to(int sent, const char *line, size_t length, void *user) {
  struct heard *heard = user;
  CHECK(strlen(line) == length && strstr(line, "SECRET") == NULL);
  if (sent == 2) {
    heard->warnings++;
    CHECK(length < sizeof heard->warning);
    strcpy(heard->warning, line);
  } else if (sent == 1) {
    heard->sent++;
  }
}

static qftp_client *open_with(const char *url, struct heard *heard) {
  qftp_client_options options;
  qftp_client *client = NULL;
  memset(heard, 0, sizeof *heard);
  QFTP_INIT(options);
  options.on_log = listen_to;
  options.log_user = heard;
  OK(qftp_client_open(url, &options, &client, NULL));
  return client;
}

static qftp_error last_error(qftp_client *client) {
  qftp_error error;
  QFTP_INIT(error);
  OK(qftp_client_last_error(client, &error));
  CHECK(strstr(error.message, "SECRET") == NULL);
  return error;
}

/* Nothing listens on port 1, and a module that has no TLS says 631 before it looks. */
static qftp_login_options to_nowhere(uint32_t tls) {
  qftp_login_options login;
  QFTP_INIT(login);
  login.host = "127.0.0.1";
  login.port = 1;
  login.user = "u";
  login.password = "p";
  login.tls = tls;
  return login;
}

static void unsupported(void) {
  static const struct {
    const char *dialect;
    uint32_t tls;
  } cases[] = {{"gsm", QFTP_TLS_IMPLICIT},
               {"gsm", QFTP_TLS_EXPLICIT},
               {"ec20", QFTP_TLS_EXPLICIT},
               {"nl668", QFTP_TLS_EXPLICIT}};
  size_t i;
  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct heard heard;
    qftp_client *client = open_with(emulated(cases[i].dialect), &heard);
    qftp_login_options login = to_nowhere(cases[i].tls);
    unsigned before = heard.sent;
    login.tls_ca = certificate;
    STATUS(qftp_client_login(client, &login), QFTP_ERR_UNSUPPORTED);
    CHECK(heard.sent == before);
    qftp_client_free(client);
  }
}

static void misused(void) {
  struct heard heard;
  qftp_client *client = open_with(emulated("ec2x"), &heard);
  unsigned before = heard.sent;
  qftp_login_options login = to_nowhere(QFTP_TLS_EXPLICIT);
  qftp_error error;
  STATUS(qftp_client_login(client, &login), QFTP_ERR_ARGUMENT); /* no authority */
  error = last_error(client);
  CHECK(strstr(error.message, "no CA is given") != NULL);
  login.tls_ca = "text";
  STATUS(qftp_client_login(client, &login), QFTP_ERR_ARGUMENT);
  login.tls_ca = key;
  STATUS(qftp_client_login(client, &login), QFTP_ERR_ARGUMENT);
  login.tls_ca = certificate;
  login.tls_insecure = 1;
  STATUS(qftp_client_login(client, &login), QFTP_ERR_ARGUMENT);
  login.tls_insecure = 0;
  login.tls_cert = certificate;
  STATUS(qftp_client_login(client, &login), QFTP_ERR_ARGUMENT); /* no key */
  login.tls_key = PEM("ENCRYPTED PRIVATE KEY", "SECRET");
  STATUS(qftp_client_login(client, &login), QFTP_ERR_ARGUMENT);
  error = last_error(client);
  CHECK(strstr(error.message, "encrypted") != NULL);
  login.tls_key = key;
  login.tls_context = 6;
  STATUS(qftp_client_login(client, &login), QFTP_ERR_ARGUMENT);
  login.tls_context = 256;
  STATUS(qftp_client_login(client, &login), QFTP_ERR_ARGUMENT);
  login.tls_context = 0;
  login.active = 1;
  STATUS(qftp_client_login(client, &login), QFTP_ERR_ARGUMENT);
  login.active = 0;
  login.tls = 3;
  STATUS(qftp_client_login(client, &login), QFTP_ERR_ARGUMENT);
  login.tls = QFTP_TLS_NONE; /* certificates for a login in clear */
  STATUS(qftp_client_login(client, &login), QFTP_ERR_ARGUMENT);
  CHECK(heard.sent == before && heard.warnings == 0);
  qftp_client_free(client);
}

static void doing_without(void) {
  struct heard heard;
  qftp_client *client = open_with(emulated("ec2x"), &heard);
  qftp_login_options login = to_nowhere(QFTP_TLS_EXPLICIT);
  login.tls_insecure = 1;
  login.tls_context = 1;
  STATUS(qftp_client_login(client, &login), QFTP_ERR_MODULE);
  CHECK(heard.warnings == 1 && strstr(heard.warning, "not verified") != NULL);
  OK(qftp_client_on_log(client, NULL, NULL));
  STATUS(qftp_client_login(client, &login), QFTP_ERR_MODULE);
  CHECK(heard.warnings == 1);
  qftp_client_free(client);
}

/* The engine alone tells it by an event. */
static void engine(void) {
  qftp_host *host;
  qftp_event event;
  qftp_login_options login = to_nowhere(QFTP_TLS_IMPLICIT);
  const void *bytes;
  size_t size;
  login.tls_insecure = 1;
  OK(qftp_host_new("nl668", &host));
  OK(qftp_host_login(host, 0, &login));
  QFTP_INIT(event);
  OK(qftp_host_event(host, &event));
  CHECK(event.kind == QFTP_EVENT_WARNING && event.length > 10);
  OK(qftp_host_transmit(host, &bytes, &size));
  CHECK(size > 0);
  qftp_host_free(host);
}

/* A program that was compiled when the struct had no TLS: what stands behind its struct is not looked at. */
static void older(void) {
  struct heard heard;
  qftp_client *client = open_with(emulated("gsm"), &heard);
  qftp_login_options login = to_nowhere(99);
  login.tls_context = 99;
  login.size = (uint32_t)offsetof(qftp_login_options, tls);
  STATUS(qftp_client_login(client, &login), QFTP_ERR_MODULE);
  CHECK(heard.warnings == 0);
  qftp_client_free(client);
}

/* The text of a file; NULL for "-". */
static const char *text_of(const char *path, char *room, size_t size) {
  FILE *file;
  size_t length;
  if (strcmp(path, "-") == 0) {
    return NULL;
  }
  file = fopen(path, "rb");
  CHECK(file != NULL);
  length = fread(room, 1, size - 1, file);
  CHECK(length < size - 1 && fclose(file) == 0);
  room[length] = 0;
  return room;
}

static void against_server(char **argv) {
  static char ca[10000], cert[10000], private_key[10000];
  struct heard heard;
  char back[6];
  size_t length;
  qftp_login_options login;
  qftp_client *client;
  QFTP_INIT(login);
  login.host = argv[1];
  login.port = (uint32_t)atoi(argv[2]);
  login.user = argv[3];
  login.password = argv[4];
  login.tls = strcmp(argv[6], "implicit") == 0 ? QFTP_TLS_IMPLICIT : QFTP_TLS_EXPLICIT;
  login.tls_ca = text_of(argv[7], ca, sizeof ca);
  login.tls_cert = text_of(argv[8], cert, sizeof cert);
  login.tls_key = text_of(argv[9], private_key, sizeof private_key);
  login.tls_insecure = login.tls_ca == NULL;
  client = open_with(emulated(argv[5]), &heard);
  if (strcmp(argv[10], "-") != 0) {
    qftp_error error;
    STATUS(qftp_client_login(client, &login), QFTP_ERR_MODULE);
    error = last_error(client);
    CHECK(error.module_code == 631 && error.hint[0] != 0);
    if (strstr(error.message, argv[10]) == NULL) {
      fprintf(stderr, "%s\n", error.message);
      exit(1);
    }
    qftp_client_free(client);
    return;
  }
  OK(qftp_client_login(client, &login));
  CHECK(heard.warnings == (login.tls_insecure ? 1u : 0u));
  OK(qftp_client_put_buffer(client, "hello", 5, "tls.txt", NULL, NULL));
  OK(qftp_client_get_buffer(client, "tls.txt", back, sizeof back, &length, NULL));
  CHECK(length == 5 && memcmp(back, "hello", 5) == 0);
  OK(qftp_client_logout(client));
  qftp_client_free(client);
}

int main(int argc, char **argv) {
  if (argc > 1) {
    CHECK(argc == 11);
    against_server(argv);
    return 0;
  }
  unsupported();
  misused();
  doing_without();
  engine();
  older();
  return 0;
}
