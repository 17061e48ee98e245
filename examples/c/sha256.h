/* SHA-256 (FIPS 180-4) of a file. */
#ifndef SHA256_H
#define SHA256_H

#include <stdio.h>

/* Reads the file to its end; hex gets 64 digits and NUL. Returns 0, or -1 if reading fails. */
int sha256_file(FILE *file, char hex[65]);

#endif
