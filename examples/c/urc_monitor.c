/*
 * Prints unsolicited lines of the module, until SIGINT or SIGTERM. Commands that switch reports on may follow the port:
 *
 *     ./urc_monitor /dev/ttyUSB2 'AT+CREG=2' 'AT+QINDCFG="all",1'
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <qftp.h>

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
    (void)signal;
    stopped = 1;
}

static void print_urc(const char *line, size_t length, void *user)
{
    unsigned long *count = user;
    time_t now = time(NULL);
    char clock[16];

    (void)length;
    strftime(clock, sizeof clock, "%H:%M:%S", localtime(&now));
    printf("%s %s\n", clock, line);
    fflush(stdout);
    ++*count;
}

static int complain(const char *what, const qftp_error *error)
{
    fprintf(stderr, "urc_monitor: %s: %s\n", what, error->message);
    if (error->hint[0] != '\0')
        fprintf(stderr, "urc_monitor: %s\n", error->hint);
    return EXIT_FAILURE;
}

static int failed(const char *what, qftp_client *client)
{
    qftp_error error;

    QFTP_INIT(error);
    qftp_client_last_error(client, &error);
    return complain(what, &error);
}

/* The port can be watched beside the program's own descriptors. */
static int watch(qftp_client *client)
{
    struct pollfd port = {.events = POLLIN};
    qftp_identity identity;

    QFTP_INIT(identity);
    if (qftp_client_identity(client, &identity) != QFTP_OK || qftp_client_fd(client, &port.fd) != QFTP_OK)
        return failed("port", client);
    printf("watching %s\n", identity.model);
    fflush(stdout);
    while (!stopped) {
        if (poll(&port, 1, 1000) < 0 && errno != EINTR) {
            perror("poll");
            return EXIT_FAILURE;
        }
        if (qftp_client_poll(client, 0) != QFTP_OK)
            return failed("poll", client);
    }
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    struct sigaction action = {0};
    qftp_client_options options;
    qftp_client *client;
    qftp_error error;
    unsigned long count = 0;
    int code = EXIT_SUCCESS, i;

    if (argc < 2) {
        fprintf(stderr, "usage: urc_monitor PORT [COMMAND ...]\n");
        return EXIT_FAILURE;
    }
    action.sa_handler = stop;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);

    QFTP_INIT(options);
    options.on_urc = print_urc;
    options.urc_user = &count;
    QFTP_INIT(error);
    if (qftp_client_open(argv[1], &options, &client, &error) != QFTP_OK)
        return complain(argv[1], &error);
    for (i = 2; i < argc && code == EXIT_SUCCESS; i++)
        if (qftp_client_command(client, argv[i], NULL, NULL) != QFTP_OK)
            code = failed(argv[i], client);
    if (code == EXIT_SUCCESS) {
        code = watch(client);
        printf("%lu seen\n", count);
    }
    qftp_client_free(client);
    return code;
}
