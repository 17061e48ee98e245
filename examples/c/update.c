/*
 * Downloads an update and checks it. REMOTE.sha256 on the server holds its SHA-256, as sha256sum prints it.
 * FILE.part keeps what came before the line broke. The next start of this program continues there.
 *
 *     export FTP_HOST=ftp.example.com FTP_USER=joe FTP_PASSWORD=word
 *     ./update /dev/ttyUSB2 firmware.bin /var/lib/update/firmware.bin
 */
#define _POSIX_C_SOURCE 200809L

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <qftp.h>

#include "sha256.h"

enum { ATTEMPTS = 5 };

static int complain(const char *what, const qftp_error *error)
{
    fprintf(stderr, "update: %s: %s\n", what, error->message);
    if (error->hint[0] != '\0')
        fprintf(stderr, "update: %s\n", error->hint);
    return -1;
}

static int failed(const char *what, qftp_client *client)
{
    qftp_error error;

    QFTP_INIT(error);
    qftp_client_last_error(client, &error);
    return complain(what, &error);
}

static int local_failed(const char *path)
{
    perror(path);
    return -1;
}

static int log_in(qftp_client *client)
{
    const char *port = getenv("FTP_PORT");
    qftp_login_options login;

    QFTP_INIT(login);
    login.host = getenv("FTP_HOST");
    login.port = port ? (uint32_t)strtoul(port, NULL, 10) : 21;
    login.user = getenv("FTP_USER");
    login.password = getenv("FTP_PASSWORD");
    return qftp_client_login(client, &login) == QFTP_OK ? 0 : failed("login", client);
}

/* Reads the first word of REMOTE.sha256. */
static int wanted_digest(qftp_client *client, const char *remote, char hex[65])
{
    char name[512], line[512];
    size_t length;

    if (snprintf(name, sizeof name, "%s.sha256", remote) >= (int)sizeof name) {
        fprintf(stderr, "update: %s: the name is too long\n", remote);
        return -1;
    }
    if (qftp_client_get_buffer(client, name, line, sizeof line - 1, &length, NULL) != QFTP_OK)
        return failed(name, client);
    line[length] = '\0';
    if (strspn(line, "0123456789abcdef") != 64) {
        fprintf(stderr, "update: %s is not what sha256sum prints\n", name);
        return -1;
    }
    memcpy(hex, line, 64);
    hex[64] = '\0';
    return 0;
}

static int store(const void *data, size_t length, void *file)
{
    return fwrite(data, 1, length, file) != length;
}

/* Downloads the missing rest of REMOTE to PART. */
static int fetch(qftp_client *client, const char *remote, const char *part)
{
    qftp_get_options options;
    qftp_status status;
    uint64_t size, bytes;
    struct stat have;
    FILE *file;

    QFTP_INIT(options);
    if (qftp_client_size(client, remote, &size) != QFTP_OK)
        return failed(remote, client);
    if (stat(part, &have) == 0)
        options.offset = (uint64_t)have.st_size;
    if (options.offset == size && size != 0)
        return 0;
    if (options.offset > size)
        options.offset = 0; /* there is another file on the server now */

    file = fopen(part, options.offset ? "ab" : "wb");
    if (file == NULL)
        return local_failed(part);
    status = qftp_client_get_callback(client, remote, store, file, &options, &bytes);
    if (fclose(file) != 0)
        return local_failed(part);
    if (status != QFTP_OK)
        return failed(remote, client);
    printf("%" PRIu64 " bytes from %" PRIu64 "\n", bytes, options.offset);
    return 0;
}

/* Renames PART to FILE if its SHA-256 is right. */
static int accept_part(const char *part, const char *wanted, const char *path)
{
    FILE *file = fopen(part, "rb");
    char digest[65];
    int read;

    if (file == NULL)
        return local_failed(part);
    read = sha256_file(file, digest);
    fclose(file);
    if (read != 0)
        return local_failed(part);
    if (strcmp(digest, wanted) != 0) {
        fprintf(stderr, "update: SHA-256 is %s, should be %s\n", digest, wanted);
        remove(part); /* the next run starts at its beginning */
        return -1;
    }
    if (rename(part, path) != 0)
        return local_failed(path);
    printf("%s: %s\n", path, digest);
    return 0;
}

static int update(qftp_client *client, const char *remote, const char *path)
{
    char part[4096], wanted[65];
    int attempt;

    if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part) {
        fprintf(stderr, "update: %s: the name is too long\n", path);
        return -1;
    }
    for (attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (log_in(client) != 0 || wanted_digest(client, remote, wanted) != 0 || fetch(client, remote, part) != 0)
            continue;
        if (qftp_client_logout(client) != QFTP_OK)
            failed("close", client); /* the bytes are here all the same */
        return accept_part(part, wanted, path);
    }
    return -1;
}

int main(int argc, char **argv)
{
    qftp_client *client;
    qftp_error error;
    int result;

    if (argc != 4) {
        fprintf(stderr, "usage: update PORT REMOTE FILE\n");
        return EXIT_FAILURE;
    }
    QFTP_INIT(error);
    if (qftp_client_open(argv[1], NULL, &client, &error) != QFTP_OK) {
        complain(argv[1], &error);
        return EXIT_FAILURE;
    }
    result = update(client, argv[2], argv[3]);
    qftp_client_free(client);
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
