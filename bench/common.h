// What the mock upstream and the load driver share: the clock, a bounded buffer, the decoder of chunked
// transfer coding, and the texts that both sides know, so that the driver can tell a whole answer from a
// damaged one.
#ifndef FAIRLEAD_BENCH_COMMON_H
#define FAIRLEAD_BENCH_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

// A stream has this many content chunks, then a finish chunk, a usage chunk and [DONE].
#define CONTENT_CHUNKS 64

// The answer of a non-streaming request, as it stands between the quotes in JSON: escapes and non-ASCII
// letters are inside on purpose, and a gateway may write them in another form, as long as they mean the same.
#define COMPLETION_JSON                                                                                 \
  "A fairlead guides a line so that it runs clear of every edge.\\n\\nIts \\\"lead\\\" is fair when the " \
  "rope meets no corner: friction eats the sheet, and a chafed sheet parts at night. "                  \
  "\\tVier gro\xc3\x9f" "e Bl\xc3\xb6"                                                                  \
  "cke, \xe4\xb8\x80\xe6\x9d\xa1\xe7\xbb\xb3\xe7\xb4\xa2, d\\u00e9j\\u00e0 vu, \xf0\x9f\x9a\xa2.\\n"      \
  "1. Lead the line from the drum in a straight path.\\n2. Keep the angle below ten degrees.\\n"        \
  "3. Watch the sheave: \\\\ marks wear, / marks grease.\\n4. Fasten the free end before the load comes "  \
  "on, and stand clear of the bight.\\n5. After the first gale look at every fairlead again: a line that " \
  "was fair in harbour may chafe when the ship works.\\n\\nWhere the line turns, a block turns with "     \
  "it, and what pulls on one end arrives on the other, no more and no less. That is the whole of the "  \
  "matter, said twice for the sake of length; the rest is rope."

// Every content delta is "t=<19 digits, CLOCK_MONOTONIC in ns> #<2 digits> " and this text.
#define DELTA_JSON "a line runs \\\"clear\\\" of edges, \xc3\xbc" "ber Bl\xc3\xb6" "cke\\n"
#define STAMP_DIGITS 19
#define DELTA_PREFIX (2 + STAMP_DIGITS + 2 + 2 + 1)

static inline uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline struct timespec timespec_of(uint64_t ns) {
  return (struct timespec){.tv_sec = (time_t)(ns / 1000000000u), .tv_nsec = (long)(ns % 1000000000u)};
}

_Noreturn static inline void die(const char *what) {
  perror(what);
  exit(2);
}

// Reads a whole number between two limits from a command line argument, or ends the program with a sentence.
static inline long number_argument(const char *name, const char *text, long least, long most) {
  char *end = NULL;
  long value = strtol(text, &end, 10);
  if (end == text || *end != '\0' || value < least || value > most) {
    fprintf(stderr, "%s: '%s' is not a number from %ld to %ld\n", name, text, least, most);
    exit(2);
  }
  return value;
}

// A buffer that grows by doubling up to a limit that its user names; it never grows past it.
struct buffer {
  char *data;
  size_t length, capacity;
};

// Makes room for `more` further bytes; false when that would pass the limit.
static inline bool buffer_reserve(struct buffer *b, size_t more, size_t limit) {
  if (more > limit || b->length > limit - more) return false;
  size_t needed = b->length + more;
  if (needed <= b->capacity) return true;
  size_t capacity = b->capacity ? b->capacity : 4096;
  while (capacity < needed) capacity *= 2;
  char *data = realloc(b->data, capacity);
  if (!data) die("realloc");
  b->data = data;
  b->capacity = capacity;
  return true;
}

static inline bool buffer_append(struct buffer *b, const char *bytes, size_t n, size_t limit) {
  if (n == 0) return true;
  if (!buffer_reserve(b, n, limit)) return false;
  memcpy(b->data + b->length, bytes, n);
  b->length += n;
  return true;
}

// Drops the first n bytes.
static inline void buffer_consume(struct buffer *b, size_t n) {
  if (n == 0) return;
  b->length -= n;
  if (b->length) memmove(b->data, b->data + n, b->length);
}

static inline void buffer_free(struct buffer *b) {
  free(b->data);
  *b = (struct buffer){0};
}

// The state of a chunked body between two reads. All zero is the start.
struct chunked {
  enum { CHUNK_SIZE, CHUNK_EXTENSION, CHUNK_DATA, CHUNK_DATA_END, CHUNK_TRAILER, CHUNK_DONE } state;
  size_t left;       // of the size line: its value so far; of the data: bytes still to come
  unsigned digits;   // hexadecimal digits seen in this size line
  unsigned line;     // bytes seen in this trailer line
};

static inline int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Decodes what has arrived of a chunked body and appends it to `out`. Returns how many bytes were consumed,
// which is less than n only behind the last chunk, or -1 for malformed or oversized input.
static inline ptrdiff_t chunked_decode(struct chunked *c, const char *in, size_t n, struct buffer *out, size_t limit) {
  size_t i = 0;
  while (i < n && c->state != CHUNK_DONE) {
    if (c->state == CHUNK_DATA) {
      size_t take = n - i < c->left ? n - i : c->left;
      if (!buffer_append(out, in + i, take, limit)) return -1;
      i += take;
      c->left -= take;
      if (c->left == 0) c->state = CHUNK_DATA_END;
      continue;
    }
    char ch = in[i++];
    switch (c->state) {
      case CHUNK_SIZE: {
        int digit = hex_digit(ch);
        if (digit >= 0) {
          if (++c->digits > 8) return -1;
          c->left = c->left * 16 + (size_t)digit;
          break;
        }
        if (c->digits == 0) return -1;
        c->state = CHUNK_EXTENSION;
      }  // A size ends at anything else: what follows up to the line's end is an extension.
      // fall through
      case CHUNK_EXTENSION:
        if (ch != '\n') break;
        c->digits = 0;
        c->line = 0;
        c->state = c->left ? CHUNK_DATA : CHUNK_TRAILER;
        break;
      case CHUNK_DATA_END:
        if (ch == '\n') c->state = CHUNK_SIZE;
        else if (ch != '\r') return -1;
        break;
      case CHUNK_TRAILER:
        if (ch == '\n') {
          if (c->line == 0) c->state = CHUNK_DONE;
          c->line = 0;
        } else if (ch != '\r' && ++c->line > 8192) {
          return -1;
        }
        break;
      case CHUNK_DATA:
      case CHUNK_DONE:
        break;
    }
  }
  return (ptrdiff_t)i;
}

// Finds a header's value in a head (start line and headers, the empty line included). Returns NULL when absent;
// the value is trimmed and its length stored.
static inline const char *header_value(const char *head, size_t length, const char *name, size_t *value_length) {
  const char *end = head + length;
  size_t name_length = strlen(name);
  for (const char *line = memchr(head, '\n', length); line && line + 1 < end;
       line = memchr(line, '\n', (size_t)(end - line))) {
    line++;
    if ((size_t)(end - line) <= name_length || line[name_length] != ':') continue;
    if (strncasecmp(line, name, name_length) != 0) continue;
    const char *from = line + name_length + 1;
    const char *to = memchr(from, '\n', (size_t)(end - from));
    if (!to) to = end;
    while (from < to && (*from == ' ' || *from == '\t')) from++;
    while (to > from && (to[-1] == '\r' || to[-1] == ' ' || to[-1] == '\t')) to--;
    *value_length = (size_t)(to - from);
    return from;
  }
  return NULL;
}

// Reads a Content-Length; false when it is no number or above the limit.
static inline bool parse_length(const char *text, size_t n, size_t limit, size_t *value) {
  if (n == 0 || n > 9) return false;
  size_t v = 0;
  for (size_t i = 0; i < n; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    v = v * 10 + (size_t)(text[i] - '0');
  }
  *value = v;
  return v <= limit;
}

static inline bool value_is(const char *value, size_t length, const char *word) {
  return length == strlen(word) && strncasecmp(value, word, length) == 0;
}

#endif
