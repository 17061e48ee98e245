/*
 * A program of the release whose headers stand beside it: the structs have the size that they had then. It transfers a
 * file between a client and an emulator's store, and runs the bare engine. Argument: the path of a socket to make.
 */
#include <stdio.h>
#include <string.h>

#include "qftp.h"
#include "qftp_emulator.h"

static int failed(const char *what, qftp_status status, const qftp_error *error)
{
    fprintf(stderr, "%s: %s: %s\n", what, qftp_strerror(status), error->message);
    return 1;
}

int main(int argc, char **argv)
{
    qftp_emulator_options emulated;
    qftp_emulator *emulator = NULL;
    qftp_client_options options;
    qftp_client *client = NULL;
    qftp_host *host = NULL;
    qftp_event event;
    qftp_error error;
    qftp_status status;
    const void *line;
    size_t length = 0;
    char url[256], back[8] = "";

    if (argc != 2 || qftp_abi_version() < QFTP_ABI_VERSION)
        return 2;
    QFTP_INIT(emulated);
    QFTP_INIT(options);
    QFTP_INIT(error);
    QFTP_INIT(event);
    emulated.dialect = "bg96";
    emulated.unix_socket = argv[1];
    options.retries = QFTP_NO_RETRY;
    snprintf(url, sizeof url, "unix://%s", argv[1]);
    if ((status = qftp_emulator_open(&emulated, &emulator, &error)) != QFTP_OK)
        return failed("emulator", status, &error);
    if ((status = qftp_client_open(url, &options, &client, &error)) != QFTP_OK)
        return failed("client", status, &error);
    status = qftp_client_store_upload_buffer(client, "bytes", 5, "UFS:old.txt");
    if (status == QFTP_OK)
        status = qftp_client_store_download_buffer(client, "UFS:old.txt", back, sizeof back, &length);
    if (status != QFTP_OK) {
        qftp_client_last_error(client, &error);
        return failed("store", status, &error);
    }
    qftp_client_free(client);
    qftp_emulator_free(emulator);
    if (length != 5 || memcmp(back, "bytes", 5) != 0)
        return 3;

    if (qftp_host_new("ec2x", &host) != QFTP_OK || qftp_host_size(host, 0, "a") != QFTP_OK)
        return 4;
    if (qftp_host_transmit(host, &line, &length) != QFTP_OK || length == 0)
        return 5;
    if (qftp_host_abort(host, 1) != QFTP_OK || qftp_host_event(host, &event) != QFTP_OK)
        return 6;
    qftp_host_free(host);
    return event.kind == QFTP_EVENT_DONE && event.status == QFTP_ERR_CANCELLED ? 0 : 7;
}
