/*
 * oFono's parser of AT lines on the stream of the bench: gatsyntax CHUNK FILE prints the seconds of one run.
 *
 * Around the parser is the least that a program has to do with its results: take the line out, as a string of its own,
 * and compare it with the prefixes of the unsolicited results it has registered for.
 */

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gatsyntax.h"

static const char *const prefixes[] = {"+CSQ:", "+CREG:", "+QIURC:", "+QIACT:", "+CGREG:", "RDY", "+CMTI:", "+QIND:"};

/* What has been read and not become a line; longer than any line of the stream. */
struct buffer {
  char bytes[16384];
  size_t length;
};

static size_t have_line(const char *bytes, size_t length) {
  size_t n, known = 0;
  char *line;
  while (length > 0 && (bytes[0] == '\r' || bytes[0] == '\n')) {
    bytes++;
    length--;
  }
  while (length > 0 && (bytes[length - 1] == '\r' || bytes[length - 1] == '\n'))
    length--;
  line = g_try_new(char, length + 1);
  memcpy(line, bytes, length);
  line[length] = '\0';
  for (n = 0; n < sizeof prefixes / sizeof prefixes[0]; n++)
    known += g_str_has_prefix(line, prefixes[n]);
  g_free(line);
  return known;
}

static size_t feed(GAtSyntax *syntax, struct buffer *buffer, const char *bytes, size_t size) {
  size_t start = 0, read = buffer->length, lines = 0;
  if (buffer->length + size > sizeof buffer->bytes) {
    fprintf(stderr, "gatsyntax: a line that is too long\n");
    exit(1);
  }
  memcpy(buffer->bytes + buffer->length, bytes, size);
  buffer->length += size;
  while (read < buffer->length) {
    gsize count = buffer->length - read;
    GAtSyntaxResult result = syntax->feed(syntax, buffer->bytes + read, &count);
    read += count;
    if (result == G_AT_SYNTAX_RESULT_UNSURE)
      continue;
    if (result == G_AT_SYNTAX_RESULT_LINE || result == G_AT_SYNTAX_RESULT_MULTILINE) {
      have_line(buffer->bytes + start, read - start);
      lines++;
    }
    start = read;
  }
  memmove(buffer->bytes, buffer->bytes + start, buffer->length - start);
  buffer->length -= start;
  return lines;
}

int main(int count, char **words) {
  static struct buffer buffer;
  GAtSyntax *syntax = g_at_syntax_new_gsmv1();
  struct timespec start, end;
  size_t chunk, size, at, lines = 0;
  char *bytes;
  gsize length;
  if (count < 3 || !g_file_get_contents(words[2], &bytes, &length, NULL))
    return 1;
  chunk = (size_t)atoi(words[1]);
  size = length;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (at = 0; at < size; at += chunk)
    lines += feed(syntax, &buffer, bytes + at, size - at < chunk ? size - at : chunk);
  clock_gettime(CLOCK_MONOTONIC, &end);
  if (lines == 0)
    return 1;
  printf("%.9f\n", (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
  return 0;
}
