/*
 * Appends the new part of a log file to its copy on an FTP server. Run it as often as you like, from cron for example.
 *
 *     export FTP_HOST=ftp.example.com FTP_USER=joe FTP_PASSWORD=word
 *     export FTP_CA="$(cat ca.pem)"      # for TLS; without it everything goes in clear
 *     ./upload_log /dev/ttyUSB2 /var/log/messages logs/messages
 */
#define _POSIX_C_SOURCE 200809L

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <qftp.h>

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
    (void)signal;
    stopped = 1;
}

/* Anything but 0 cancels the transfer. */
static int progress(uint64_t done, uint64_t total, void *user)
{
    (void)user;
    fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " bytes ", done, total);
    return stopped;
}

static int complain(const char *what, const qftp_error *error)
{
    fprintf(stderr, "upload_log: %s: %s\n", what, error->message);
    if (error->hint[0] != '\0')
        fprintf(stderr, "upload_log: %s\n", error->hint);
    return EXIT_FAILURE;
}

static int failed(const char *what, qftp_client *client)
{
    qftp_error error;

    QFTP_INIT(error);
    qftp_client_last_error(client, &error);
    return complain(what, &error);
}

/* Reads the size of the copy on the server; 0 if it has no such file. */
static qftp_status size_there(qftp_client *client, const char *remote, uint64_t *size)
{
    qftp_status status = qftp_client_size(client, remote, size);
    qftp_error error;

    if (status == QFTP_OK)
        return status;
    QFTP_INIT(error);
    qftp_client_last_error(client, &error);
    if (status != QFTP_ERR_NOT_FOUND && error.ftp_reply != 550)
        return status;
    *size = 0;
    return QFTP_OK;
}

static int upload(qftp_client *client, const char *path, const char *remote)
{
    const char *port = getenv("FTP_PORT");
    qftp_login_options login;
    qftp_put_options options;
    uint64_t sent;
    struct stat here;

    QFTP_INIT(login);
    login.host = getenv("FTP_HOST");
    login.port = port ? (uint32_t)strtoul(port, NULL, 10) : 21;
    login.user = getenv("FTP_USER");
    login.password = getenv("FTP_PASSWORD");
    login.tls_ca = getenv("FTP_CA");
    login.tls = login.tls_ca ? QFTP_TLS_EXPLICIT : QFTP_TLS_NONE;
    if (qftp_client_login(client, &login) != QFTP_OK)
        return failed("login", client);

    QFTP_INIT(options);
    options.on_progress = progress;
    if (size_there(client, remote, &options.offset) != QFTP_OK)
        return failed(remote, client);
    if (stat(path, &here) != 0) {
        perror(path);
        return EXIT_FAILURE;
    }
    if ((uint64_t)here.st_size < options.offset)
        options.offset = 0; /* the log was started anew */
    if (qftp_client_put_file(client, path, remote, &options, &sent) != QFTP_OK)
        return failed(path, client);
    fputc('\n', stderr);
    printf("%s: %" PRIu64 " bytes sent from %" PRIu64 "\n", remote, sent, options.offset);

    if (qftp_client_logout(client) != QFTP_OK)
        return failed("close", client);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    struct sigaction action = {0};
    qftp_client *client;
    qftp_error error;
    int code;

    if (argc != 4) {
        fprintf(stderr, "usage: upload_log PORT FILE REMOTE\n");
        return EXIT_FAILURE;
    }
    action.sa_handler = stop;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);

    QFTP_INIT(error);
    if (qftp_client_open(argv[1], NULL, &client, &error) != QFTP_OK)
        return complain(argv[1], &error);
    code = upload(client, argv[2], argv[3]);
    qftp_client_free(client);
    return code;
}
