/* A session whose password the program reads from its input and wipes itself, with a pause while it is open and one
 * when all is freed. The test that runs it looks into its memory in each: PORT HOST PORT USER. */
#include <string.h>

#include "check.h"

static void pause_as(const char *name) {
  printf("%s\n", name);
  fflush(stdout);
  CHECK(getchar() == '\n');
}

int main(int argc, char **argv) {
  char password[32];
  static char input[4096];
  volatile char *wiped = password;
  size_t at;
  qftp_client *client = NULL;
  qftp_login_options login;
  CHECK(argc == 5);
  setvbuf(stdin, input, _IOFBF, sizeof input);
  CHECK(fgets(password, sizeof password, stdin) != NULL);
  password[strcspn(password, "\n")] = 0;
  OK(qftp_client_open(argv[1], NULL, &client, NULL));
  QFTP_INIT(login);
  login.host = argv[2];
  login.port = (uint32_t)strtoul(argv[3], NULL, 10);
  login.user = argv[4];
  login.password = password;
  OK(qftp_client_login(client, &login));
  /* What is the program's own. */
  for (at = 0; at < sizeof password; at++) {
    wiped[at] = 0;
  }
  memset(input, 0, strlen(input));
  pause_as("open");
  OK(qftp_client_logout(client));
  qftp_client_free(client);
  pause_as("freed");
  return 0;
}
