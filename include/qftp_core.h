/*
 * libqftp_core: the bare engine on hardware without an operating system.
 *
 * The library has these functions of qftp.h: qftp_host_*, qftp_transfer_*, qftp_end_to_compare, qftp_strerror,
 * qftp_version and qftp_abi_version. It opens nothing, reads no clock and starts no thread. The firmware defines the
 * three functions below, and links memcpy and its like, from its C library or from the one in libqftp_core.a.
 *
 * One handle is used by one context at a time. An interrupt handler calls nothing of it. It puts what the UART received
 * into a buffer of the firmware, and the main loop hands that to qftp_host_input.
 */
#ifndef QFTP_CORE_H
#define QFTP_CORE_H

#include "qftp.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Gives memory to the library. While a payload moves the library asks for none.
 *
 * @param size       Bytes, at least 1.
 * @param alignment  Alignment of the first one, a power of 2; 8 at most on a 32-bit processor.
 * @return           The memory; NULL if there is none, which ends in qftp_core_panic.
 */
void *qftp_core_alloc(size_t size, size_t alignment);

/**
 * Takes memory back. The library has wiped it.
 *
 * @param memory     The memory that qftp_core_alloc gave.
 * @param size       The same size as then.
 * @param alignment  The same alignment as then.
 */
void qftp_core_free(void *memory, size_t size, size_t alignment);

/**
 * Ends the program after a fault in the library, or where there is no memory. It must not return: a firmware logs the
 * text and resets.
 *
 * @param message  What happened and where, in English, without a NUL.
 * @param length   Bytes of it.
 */
void qftp_core_panic(const char *message, size_t length);

#ifdef __cplusplus
}
#endif

#endif
