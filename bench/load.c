// A load driver for openai-chat: one thread, epoll, loopback only. It prints one line of JSON.
//
// Closed loop (no --rate): every connection sends its next request when the answer to the last one is complete.
// Open loop (--rate): requests are due at random times (Poisson arrivals) whether or not earlier ones are
// answered, and latency counts from the time a request was due, so that a stall of the gateway is seen whole.
// Hold (--hold): opens slow streams, says on a first line how many are open, keeps them for the window.
//
// The run has three parts: a ramp, a window that is measured, and a drain in which what runs may finish. Every
// answer of all three is verified; rates, CPU and memory belong to the window. A process under test is named
// with --watch, so that its CPU is read at exactly the borders of the window.
#define _GNU_SOURCE
#include "common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECOND 1000000000ull
#define ANSWER_LIMIT (256u << 10)   // bytes of one answer, or of one line of a stream, that are kept
#define HEAD_LIMIT 16384
#define MOST_CONNECTIONS 10000
#define MOST_WATCHED 8
#define MOST_CORES 4
#define BACKLOG 65536               // requests that are due and wait for a free connection
#define RETRY_NS (10 * 1000000ull)  // a connection that failed is opened again after this

// ---- what the command line says ----

static struct {
  uint16_t port;
  const char *path, *key, *model;
  const char *headers[8];
  size_t header_count;
  long body_bytes, connections, max_errors;
  double rate, seconds, ramp, drain, timeout;
  bool stream, hold;
  long watch[MOST_WATCHED];
  size_t watch_count;
  long cores[MOST_CORES];
  size_t core_count;
  uint64_t seed;
} options = {.port = 19001, .path = "/v1/chat/completions", .key = "none", .model = "bench-chat",
             .body_bytes = 2048, .connections = 64, .max_errors = 1000, .seconds = 3, .ramp = 0.5,
             .drain = 10, .timeout = 30, .seed = 1};

// ---- histograms: 128 steps per doubling, so a value is off by less than 1 % ----

#define STEP_BITS 7
#define STEPS (1u << STEP_BITS)

struct histogram {
  uint64_t counts[(65 - STEP_BITS) * STEPS];
  uint64_t total, max;
};

static void histogram_add(struct histogram *h, uint64_t value) {
  size_t at = value;
  if (value >= STEPS) {
    unsigned shift = 63u - (unsigned)__builtin_clzll(value) - STEP_BITS;
    at = (shift + 1) * STEPS + ((value >> shift) - STEPS);
  }
  h->counts[at]++;
  h->total++;
  if (value > h->max) h->max = value;
}

// The value below or at which the given part of all values lies: the middle of its step.
static uint64_t histogram_quantile(const struct histogram *h, double part) {
  uint64_t rank = (uint64_t)ceil(part * (double)h->total), seen = 0;
  for (size_t at = 0; at < sizeof h->counts / sizeof h->counts[0]; at++) {
    seen += h->counts[at];
    if (h->counts[at] == 0 || seen < rank) continue;
    if (at < STEPS) return at;
    unsigned shift = (unsigned)(at / STEPS) - 1;
    uint64_t middle = ((uint64_t)(at % STEPS + STEPS) << shift) + ((1ull << shift) >> 1);
    return middle < h->max ? middle : h->max;
  }
  return h->max;
}

static struct histogram latency, first_delta, event_delay;

// ---- what is counted ----

enum failure { FAIL_CONNECT, FAIL_CLOSED, FAIL_PROTOCOL, FAIL_STATUS, FAIL_CONTENT, FAIL_STREAM, FAIL_TIMEOUT, FAIL_BACKLOG, FAILURES };
static const char *const failure_names[] = {"connect", "closed", "protocol", "status", "content", "stream", "timeout", "backlog"};

static uint64_t failures[FAILURES], errors;
static uint64_t requests_total, requests_window, events_window, comments;
static long open_streams, open_at_most;
static uint64_t ramp_start, window_start, window_end, stop_at;
static bool in_window;

static void count_failure(enum failure kind, const char *what, const char *detail, size_t detail_length) {
  failures[kind]++;
  if (errors++ < 3) {
    fprintf(stderr, "load: %s: %s", failure_names[kind], what);
    if (detail_length) fprintf(stderr, ": %.*s", (int)(detail_length < 300 ? detail_length : 300), detail);
    fputc('\n', stderr);
  }
}

// ---- samples from /proc at the borders of the window ----

struct sample {
  uint64_t time, self_us;
  long cpu_ticks[MOST_WATCHED], rss_kb[MOST_WATCHED];  // -1 when the process is gone
  uint64_t idle_ticks[MOST_CORES], steal_ticks[MOST_CORES];
};

static struct sample at_start, at_end;

static size_t read_small_file(const char *path, char *to, size_t size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t n = read(fd, to, size - 1);
  close(fd);
  to[n > 0 ? n : 0] = '\0';
  return n > 0 ? (size_t)n : 0;
}

static void take_sample(struct sample *s) {
  char path[64], text[8192];
  s->time = now_ns();
  for (size_t i = 0; i < options.watch_count; i++) {
    s->cpu_ticks[i] = s->rss_kb[i] = -1;
    snprintf(path, sizeof path, "/proc/%ld/stat", options.watch[i]);
    read_small_file(path, text, sizeof text);
    const char *after_name = strrchr(text, ')');
    unsigned long user, kernel;
    // The fields 14 and 15 are utime and stime; the name before them may contain anything.
    if (after_name && sscanf(after_name + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel) == 2)
      s->cpu_ticks[i] = (long)(user + kernel);
    snprintf(path, sizeof path, "/proc/%ld/statm", options.watch[i]);
    long pages;
    if (read_small_file(path, text, sizeof text) && sscanf(text, "%*d %ld", &pages) == 1)
      s->rss_kb[i] = pages * (sysconf(_SC_PAGESIZE) / 1024);
  }
  read_small_file("/proc/stat", text, sizeof text);
  for (size_t i = 0; i < options.core_count; i++) {
    char name[24];
    snprintf(name, sizeof name, "\ncpu%ld ", options.cores[i]);
    const char *line = strstr(text, name);
    unsigned long long idle = 0, wait = 0, steal = 0;
    if (line) sscanf(line + strlen(name), "%*u %*u %*u %llu %llu %*u %*u %llu", &idle, &wait, &steal);
    s->idle_ticks[i] = idle + wait;
    s->steal_ticks[i] = steal;
  }
  struct rusage self;
  getrusage(RUSAGE_SELF, &self);
  s->self_us = (uint64_t)(self.ru_utime.tv_sec + self.ru_stime.tv_sec) * 1000000u +
               (uint64_t)(self.ru_utime.tv_usec + self.ru_stime.tv_usec);
}

// ---- the request: one text, the same for all ----

static struct buffer request;
static struct buffer expected_completion, expected_delta;

static void put_text(struct buffer *b, const char *text) {
  if (!buffer_append(b, text, strlen(text), 1u << 20)) die("request too large");
}

// A body of exactly the wanted size in the order in which the OpenAI SDK for Python writes it: `messages`, then
// `model`, then `stream`. The text holds escaped quotes, escaped letters, raw letters outside ASCII, and words
// that look like the keys a gateway looks for.
static void build_request(void) {
  static const char start[] =
      "{\"messages\":[{\"role\":\"system\",\"content\":\"You are a rigger. Answer in short sentences.\\n"
      "Never write \\\"model\\\": \\\"other\\\" or {\\\"stream\\\":true} outside of a quotation.\"},"
      "{\"role\":\"user\",\"content\":\"";
  static const char phrase[] =
      "The halyard runs over two sheaves, t\xc3\xb6richt gef\xc3\xbchrt, d\\u00e9j\\u00e0 chafed at the \\\"upper\\\" one.\\n"
      "\xe7\xbb\xb3\xe7\xb4\xa2 \xf0\x9f\x9a\xa2 path C:\\\\rig\\\\mast\\t{\\\"model\\\":[1,2,3]} and so on; ";
  struct buffer body = {0};
  char end[256];
  snprintf(end, sizeof end, "\"}],\"model\":\"%s\"%s}", options.model,
           options.stream ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" : "");
  size_t wanted = (size_t)options.body_bytes;
  put_text(&body, start);
  while (body.length + sizeof phrase + strlen(end) <= wanted) put_text(&body, phrase);
  while (body.length + strlen(end) < wanted) put_text(&body, "x");
  put_text(&body, end);
  char line[1024];
  snprintf(line, sizeof line,
           "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
           "User-Agent: fairlead-bench\r\nAuthorization: Bearer %s\r\nContent-Length: %zu\r\n",
           options.path, options.port, options.key, body.length);
  put_text(&request, line);
  for (size_t i = 0; i < options.header_count; i++) {
    put_text(&request, options.headers[i]);
    put_text(&request, "\r\n");
  }
  put_text(&request, "\r\n");
  if (!buffer_append(&request, body.data, body.length, 1u << 20)) die("request too large");
  buffer_free(&body);
}

// ---- JSON: as much as is needed to read one string ----

static void put_utf8(struct buffer *out, uint32_t c) {
  char bytes[4];
  size_t n = 0;
  if (c < 0x80) {
    bytes[n++] = (char)c;
  } else if (c < 0x800) {
    bytes[n++] = (char)(0xc0 | c >> 6);
    bytes[n++] = (char)(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    bytes[n++] = (char)(0xe0 | c >> 12);
    bytes[n++] = (char)(0x80 | (c >> 6 & 0x3f));
    bytes[n++] = (char)(0x80 | (c & 0x3f));
  } else {
    bytes[n++] = (char)(0xf0 | c >> 18);
    bytes[n++] = (char)(0x80 | (c >> 12 & 0x3f));
    bytes[n++] = (char)(0x80 | (c >> 6 & 0x3f));
    bytes[n++] = (char)(0x80 | (c & 0x3f));
  }
  buffer_append(out, bytes, n, ANSWER_LIMIT);
}

static bool four_digits(const char *p, const char *end, uint32_t *value) {
  if (end - p < 4) return false;
  *value = 0;
  for (int i = 0; i < 4; i++) {
    int digit = hex_digit(p[i]);
    if (digit < 0) return false;
    *value = *value * 16 + (uint32_t)digit;
  }
  return true;
}

// Decodes what stands between the quotes of a JSON string. False for a bad escape.
static bool decode_string(const char *p, size_t n, struct buffer *out) {
  out->length = 0;
  for (const char *end = p + n; p < end;) {
    if (*p != '\\') {
      buffer_append(out, p++, 1, ANSWER_LIMIT);
      continue;
    }
    if (++p == end) return false;
    static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    const char *letter = memchr(letters, *p, sizeof letters - 1);
    if (letter) {
      buffer_append(out, &values[letter - letters], 1, ANSWER_LIMIT);
      p++;
      continue;
    }
    uint32_t c, low;
    if (*p != 'u' || !four_digits(p + 1, end, &c)) return false;
    p += 5;
    if (c >= 0xd800 && c < 0xdc00) {  // Half of a surrogate pair: the other half must follow.
      if (end - p < 6 || p[0] != '\\' || p[1] != 'u' || !four_digits(p + 2, end, &low)) return false;
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
      p += 6;
    }
    put_utf8(out, c);
  }
  return true;
}

// Finds `"key": ` and returns what its value begins with, NULL when there is none.
static const char *find_value(const char *p, const char *end, const char *quoted_key) {
  size_t n = strlen(quoted_key);
  while (p < end && (p = memmem(p, (size_t)(end - p), quoted_key, n)) != NULL) {
    p += n;
    const char *value = p;
    while (value < end && (*value == ' ' || *value == '\n')) value++;
    if (value == end || *value != ':') continue;  // It was a value, not a key.
    for (value++; value < end && (*value == ' ' || *value == '\n'); value++) {}
    return value < end ? value : NULL;
  }
  return NULL;
}

// The inside of a string value and its length; NULL when the value is no string.
static const char *string_value(const char *value, const char *end, size_t *length) {
  if (!value || *value != '"') return NULL;
  const char *p = value + 1;
  while ((p = memchr(p, '"', (size_t)(end - p))) != NULL) {
    const char *slash = p;
    while (slash > value + 1 && slash[-1] == '\\') slash--;
    if ((p - slash) % 2 == 0) {
      *length = (size_t)(p - value - 1);
      return value + 1;
    }
    p++;
  }
  return NULL;
}

// True when the JSON text means the expected text, whatever escapes it uses.
static bool means(const char *json, size_t n, const char *expected_json, const struct buffer *expected) {
  if (n == strlen(expected_json) && memcmp(json, expected_json, n) == 0) return true;
  static struct buffer decoded;
  return decode_string(json, n, &decoded) && decoded.length == expected->length &&
         memcmp(decoded.data, expected->data, decoded.length) == 0;
}

// ---- connections ----

enum phase { CLOSED, CONNECTING, IDLE, SENDING, RECEIVING };

struct connection {
  int fd;
  enum phase phase;
  bool armed_for_writing;
  uint64_t due, retry_at;  // when the request was meant to be sent; when to open a failed connection again
  size_t sent;

  struct buffer in;        // the head, then what is not yet read of the body, decoded
  bool head_read, server_closes;
  int status;
  enum { UNTIL_LENGTH, UNTIL_LAST_CHUNK, UNTIL_CLOSE } framing;
  size_t body_left;
  struct chunked chunked;

  unsigned deltas, finishes;
  bool usage, done, damaged;
  uint64_t first_delta_at;
};

static int epoll_fd;
static struct connection *all;
static struct connection **idle;
static long idle_count, closed_count, started_count, busy_count;
static uint64_t read_at;  // when the bytes that are being looked at were read

static void watch_writing(struct connection *c, bool on) {
  if (c->armed_for_writing == on) return;
  c->armed_for_writing = on;
  struct epoll_event e = {.events = EPOLLIN | (on ? (uint32_t)EPOLLOUT : 0), .data.ptr = c};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, c->fd, &e) < 0) die("epoll_ctl");
}

static void reset_answer(struct connection *c) {
  if (c->first_delta_at) open_streams--;
  c->in.length = 0;
  c->head_read = c->server_closes = c->usage = c->done = c->damaged = false;
  c->status = 0;
  c->deltas = c->finishes = 0;
  c->first_delta_at = 0;
  c->chunked = (struct chunked){0};
}

static void drop(struct connection *c) {
  if (c->phase == IDLE)
    for (long i = 0; i < idle_count; i++)
      if (idle[i] == c) {
        idle[i] = idle[--idle_count];
        break;
      }
  if (c->phase == SENDING || c->phase == RECEIVING) busy_count--;
  reset_answer(c);
  close(c->fd);
  c->fd = -1;
  c->phase = CLOSED;
  c->armed_for_writing = false;
  closed_count++;
}

static void fail(struct connection *c, enum failure kind, const char *what) {
  count_failure(kind, what, c->in.data, c->in.length);
  drop(c);
  c->retry_at = now_ns() + RETRY_NS;
}

static void send_more(struct connection *c) {
  while (c->sent < request.length) {
    ssize_t n = send(c->fd, request.data + c->sent, request.length - c->sent, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) return watch_writing(c, true);
      return fail(c, FAIL_CLOSED, strerror(errno));
    }
    c->sent += (size_t)n;
  }
  watch_writing(c, false);
  c->phase = RECEIVING;
}

// Sends a request that was due at the given time over a connection that is free.
static void begin(struct connection *c, uint64_t due) {
  reset_answer(c);
  c->due = due;
  c->sent = 0;
  c->phase = SENDING;
  busy_count++;
  send_more(c);
}

// ---- open loop: the requests that are due ----

static uint64_t backlog[BACKLOG];
static size_t backlog_first, backlog_count;
static double next_arrival;  // in ns; fractions of one matter at high rates
static uint64_t random_state;

static double random_part(void) {  // xorshift64*, above 0 and below 1
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return ((double)((random_state * 2685821657736338717ull) >> 12) + 0.5) / 4503599627370496.0;
}

static void take_arrivals(uint64_t now) {
  while (next_arrival <= (double)now && next_arrival < (double)window_end) {
    if (backlog_count == BACKLOG) count_failure(FAIL_BACKLOG, "more requests are due than can wait", NULL, 0);
    else backlog[(backlog_first + backlog_count++) % BACKLOG] = (uint64_t)next_arrival;
    next_arrival += -log(random_part()) / options.rate * (double)SECOND;
  }
  while (backlog_count && idle_count) {
    uint64_t due = backlog[backlog_first];
    backlog_first = (backlog_first + 1) % BACKLOG;
    backlog_count--;
    begin(idle[--idle_count], due);
  }
}

// A connection is free: what it does next depends on the kind of loop.
static void on_free(struct connection *c, uint64_t now) {
  if (options.rate == 0) {
    if (now < stop_at) return begin(c, now);
  } else if (backlog_count) {
    uint64_t due = backlog[backlog_first];
    backlog_first = (backlog_first + 1) % BACKLOG;
    backlog_count--;
    return begin(c, due);
  }
  c->phase = IDLE;
  idle[idle_count++] = c;
}

static void open_connection(struct connection *c) {
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) die("socket");
  closed_count--;
  int on = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  c->phase = CONNECTING;
  c->due = now_ns();  // Until it is connected, this is what the time limit counts from.
  c->armed_for_writing = true;
  struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.ptr = c};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &e) < 0) die("epoll_ctl");
  if (connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS)
    fail(c, FAIL_CONNECT, strerror(errno));
}

// ---- the answer ----

// An answer with a damaged event fails when it ends; the first such events are shown.
static void mark_damaged(struct connection *c, const char *text, size_t n) {
  static int shown;
  if (!c->damaged && shown++ < 3) fprintf(stderr, "load: damaged after %u deltas: %.*s\n", c->deltas, (int)(n < 300 ? n : 300), text);
  c->damaged = true;
}

static void verify_delta(struct connection *c, const char *text, size_t n) {
  uint64_t stamp = 0;
  bool right = n > DELTA_PREFIX && text[0] == 't' && text[1] == '=';
  for (int i = 0; right && i < STAMP_DIGITS; i++) {
    right = text[2 + i] >= '0' && text[2 + i] <= '9';
    stamp = stamp * 10 + (uint64_t)(text[2 + i] - '0');
  }
  const char *number = text + 2 + STAMP_DIGITS + 2;
  right = right && (unsigned)((number[0] - '0') * 10 + number[1] - '0') == c->deltas &&
          means(text + DELTA_PREFIX, n - DELTA_PREFIX, DELTA_JSON, &expected_delta);
  if (!right) mark_damaged(c, text, n);
  c->deltas++;
  if (right && in_window) histogram_add(&event_delay, read_at > stamp ? read_at - stamp : 0);
  if (!c->first_delta_at) {
    c->first_delta_at = read_at;
    if (++open_streams > open_at_most) open_at_most = open_streams;
    if (c->due >= window_start && c->due < window_end) histogram_add(&first_delta, read_at - c->due);
  }
}

// One event's data. A chunk may carry fields that are unknown here; deltas, finish and usage are looked for.
static void on_data(struct connection *c, const char *data, size_t n) {
  const char *end = data + n;
  if (c->done) mark_damaged(c, data, n);  // Nothing may follow [DONE].
  if (n == 6 && memcmp(data, "[DONE]", 6) == 0) {
    c->done = true;
    return;
  }
  if (in_window) events_window++;
  const char *delta = find_value(data, end, "\"delta\"");
  size_t length = 0;
  const char *content = delta ? string_value(find_value(delta, end, "\"content\""), end, &length) : NULL;
  if (content && length) verify_delta(c, content, length);
  if (!delta && memmem(data, n, "\"error\"", 7)) mark_damaged(c, data, n);
  if (string_value(find_value(data, end, "\"finish_reason\""), end, &length)) c->finishes++;
  const char *usage = find_value(data, end, "\"usage\"");
  if (usage && *usage == '{') c->usage = true;
}

// Reads the whole lines that have arrived. Every data line is taken as one event: no provider splits the JSON of
// an event over several. Comments and other fields pass.
static void read_lines(struct connection *c) {
  const char *line = c->in.data, *end = c->in.data + c->in.length, *feed;
  while (line < end && (feed = memchr(line, '\n', (size_t)(end - line))) != NULL) {
    size_t n = (size_t)(feed - line);
    if (n && line[n - 1] == '\r') n--;
    if (n >= 5 && memcmp(line, "data:", 5) == 0) {
      size_t skip = n > 5 && line[5] == ' ' ? 6 : 5;
      on_data(c, line + skip, n - skip);
    } else if (n && line[0] == ':') {
      comments++;
    }
    line = feed + 1;
  }
  buffer_consume(&c->in, (size_t)(line - c->in.data));
}

static const char *why_wrong(struct connection *c, enum failure *kind) {
  *kind = FAIL_STATUS;
  if (c->status != 200) return "status is not 200";
  const char *p = c->in.data, *end = p + c->in.length;
  if (options.stream) {
    *kind = FAIL_STREAM;
    if (c->damaged) return "an event is damaged, out of order or an error";
    if (c->deltas != CONTENT_CHUNKS) return "the number of content deltas is wrong";
    if (c->finishes != 1) return "there is not one finish_reason";
    if (!c->usage) return "usage was asked for and is missing";
    return c->done ? NULL : "[DONE] is missing";
  }
  *kind = FAIL_CONTENT;
  size_t n = 0;
  const char *content = c->in.length ? string_value(find_value(p, end, "\"content\""), end, &n) : NULL;
  if (!content || !means(content, n, COMPLETION_JSON, &expected_completion)) return "the content is not what was sent";
  if (!string_value(find_value(p, end, "\"finish_reason\""), end, &n)) return "finish_reason is missing";
  return find_value(p, end, "\"usage\"") ? NULL : "usage is missing";
}

static void on_answer(struct connection *c) {
  uint64_t now = now_ns();
  enum failure kind;
  const char *wrong = why_wrong(c, &kind);
  requests_total++;
  if (wrong) count_failure(kind, wrong, c->in.data, c->in.length);
  if (!wrong && in_window) requests_window++;
  if (!wrong && c->due >= window_start && c->due < window_end) histogram_add(&latency, now - c->due);
  if (c->server_closes || c->phase == SENDING) {  // An answer before the request was sent ends the connection too.
    drop(c);
    c->retry_at = wrong ? now + RETRY_NS : 0;
    if (!wrong && now < stop_at) open_connection(c);
    return;
  }
  busy_count--;
  reset_answer(c);
  c->phase = IDLE;
  on_free(c, now);
}

static bool read_head(struct connection *c, size_t length) {
  const char *head = c->in.data;
  size_t n = 0;
  if (length < 16 || memcmp(head, "HTTP/1.1 ", 9) != 0) return false;
  for (int i = 9; i < 12; i++) {
    if (head[i] < '0' || head[i] > '9') return false;
    c->status = c->status * 10 + head[i] - '0';
  }
  const char *value = header_value(head, length, "connection", &n);
  c->server_closes = value && value_is(value, n, "close");
  if ((value = header_value(head, length, "transfer-encoding", &n)) != NULL) {
    c->framing = UNTIL_LAST_CHUNK;
    return value_is(value, n, "chunked");
  }
  if ((value = header_value(head, length, "content-length", &n)) != NULL) {
    c->framing = UNTIL_LENGTH;
    return parse_length(value, n, ANSWER_LIMIT, &c->body_left);
  }
  c->framing = UNTIL_CLOSE;
  c->server_closes = true;
  return true;
}

// Takes bytes that were read. False when the connection was closed or failed.
static bool take(struct connection *c, const char *bytes, size_t n) {
  if (!c->head_read) {
    size_t before = c->in.length;
    if (!buffer_append(&c->in, bytes, n, HEAD_LIMIT + (64u << 10))) return fail(c, FAIL_PROTOCOL, "the head is too long"), false;
    const char *empty = memmem(c->in.data, c->in.length, "\r\n\r\n", 4);
    if (!empty) {
      if (c->in.length > HEAD_LIMIT) return fail(c, FAIL_PROTOCOL, "the head is too long"), false;
      return true;
    }
    size_t length = (size_t)(empty - c->in.data) + 4;
    if (!read_head(c, length)) return fail(c, FAIL_PROTOCOL, "the head cannot be read"), false;
    c->head_read = true;
    c->in.length = 0;
    bytes += length - before;
    n -= length - before;
  }
  bool whole = false;
  if (c->framing == UNTIL_LAST_CHUNK) {
    ptrdiff_t used = chunked_decode(&c->chunked, bytes, n, &c->in, ANSWER_LIMIT);
    if (used < 0) return fail(c, FAIL_PROTOCOL, "the chunks cannot be read"), false;
    whole = c->chunked.state == CHUNK_DONE;
    if ((size_t)used < n) return fail(c, FAIL_PROTOCOL, "bytes follow the answer"), false;
  } else {
    if (c->framing == UNTIL_LENGTH && n > c->body_left) return fail(c, FAIL_PROTOCOL, "bytes follow the answer"), false;
    if (!buffer_append(&c->in, bytes, n, ANSWER_LIMIT)) return fail(c, FAIL_PROTOCOL, "the answer is too long"), false;
    if (c->framing == UNTIL_LENGTH) whole = (c->body_left -= n) == 0;
  }
  if (options.stream && c->status == 200) read_lines(c);
  if (whole) on_answer(c);
  return !whole;
}

static void on_readable(struct connection *c) {
  static char bytes[65536];
  for (;;) {
    ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) return;
      if (c->phase == IDLE) return drop(c);
      return fail(c, c->phase == CONNECTING ? FAIL_CONNECT : FAIL_CLOSED, strerror(errno));
    }
    if (n == 0) {
      if (c->phase == RECEIVING && c->head_read && c->framing == UNTIL_CLOSE) return on_answer(c);
      if (c->phase == IDLE) return drop(c);  // A server may close a connection that is idle.
      return fail(c, FAIL_CLOSED, "the connection was closed before the answer was complete");
    }
    if (c->phase == IDLE) return fail(c, FAIL_PROTOCOL, "bytes came without a request");
    read_at = now_ns();
    if (!take(c, bytes, (size_t)n) || (size_t)n < sizeof bytes) return;
  }
}

static void on_event(struct connection *c, uint32_t events) {
  if (c->phase == CLOSED) return;
  if ((events & EPOLLOUT) && c->phase == CONNECTING) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) return fail(c, FAIL_CONNECT, strerror(error));
    watch_writing(c, false);
    on_free(c, now_ns());
  } else if ((events & EPOLLOUT) && c->phase == SENDING) {
    send_more(c);
  }
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && c->phase != CLOSED) on_readable(c);
}

// Opens connections again and ends requests that take too long. Called a hundred times a second.
static void tend(uint64_t now) {
  static uint64_t next_check;
  bool check = now >= next_check;
  if (check) next_check = now + SECOND / 4;
  if (!check && !closed_count) return;
  for (long i = 0; i < started_count; i++) {
    struct connection *c = &all[i];
    if (c->phase == CLOSED) {
      if (now >= c->retry_at && (now < stop_at || backlog_count)) open_connection(c);
    } else if (check && c->phase != IDLE && now > c->due && now - c->due > (uint64_t)(options.timeout * (double)SECOND)) {
      fail(c, FAIL_TIMEOUT, "no complete answer within the time limit");
    }
  }
}

// ---- the run ----

// In closed loop the connections start one after another over the ramp, so that their streams are out of step.
static uint64_t start_of(long i) {
  if (options.rate > 0 && !options.hold) return ramp_start;
  return ramp_start + (uint64_t)(options.ramp * (double)SECOND * (double)i / (double)options.connections);
}

static void open_window(uint64_t now) {
  take_sample(&at_start);
  in_window = true;
  if (options.hold) {
    window_start = now;
    window_end = stop_at = now + (uint64_t)(options.seconds * (double)SECOND);
    printf("{\"event\":\"open\",\"open\":%ld,\"errors\":%llu}\n", open_streams, (unsigned long long)errors);
    fflush(stdout);
  }
}

static void run(void) {
  uint64_t second = SECOND;
  ramp_start = now_ns() + 1000000;
  window_start = ramp_start + (uint64_t)(options.ramp * (double)second);
  window_end = stop_at = window_start + (uint64_t)(options.seconds * (double)second);
  // A hold's window begins when all streams are open, or when the drain time has passed without that.
  uint64_t open_limit = window_start + (uint64_t)(options.drain * (double)second);
  if (options.hold) window_start = open_limit, window_end = stop_at = open_limit + second;
  next_arrival = (double)ramp_start + options.ramp * 0.5e9;
  uint64_t next_tend = ramp_start;
  long open_at_end = 0;
  bool ended = false;
  for (;;) {
    uint64_t now = now_ns();
    while (started_count < options.connections && now >= start_of(started_count)) {
      closed_count++;
      open_connection(&all[started_count++]);
    }
    bool reached = options.hold && started_count == options.connections && open_streams >= options.connections;
    if (!in_window && !ended && (reached || now >= window_start)) open_window(now);
    if (!ended && now >= window_end) {
      take_sample(&at_end);
      open_at_end = open_streams;
      in_window = false;
      ended = true;
      if (options.hold) break;
    }
    if (options.rate > 0) take_arrivals(now);
    if (now >= next_tend) {
      tend(now);
      next_tend = now + SECOND / 100;
    }
    if (ended && busy_count == 0 && backlog_count == 0) break;
    if (now >= stop_at + (uint64_t)(options.drain * (double)second)) {
      for (long i = 0; i < started_count; i++)
        if (all[i].phase == SENDING || all[i].phase == RECEIVING) fail(&all[i], FAIL_TIMEOUT, "unfinished at the end of the drain");
      for (; backlog_count; backlog_count--) count_failure(FAIL_BACKLOG, "a request that was due was never sent", NULL, 0);
      break;
    }
    if (errors >= (uint64_t)options.max_errors) {
      fprintf(stderr, "load: stopped after %ld errors\n", options.max_errors);
      break;
    }
    uint64_t wake = next_tend;
    if (started_count < options.connections && start_of(started_count) < wake) wake = start_of(started_count);
    if (options.rate > 0 && next_arrival < (double)wake && next_arrival < (double)window_end) wake = (uint64_t)next_arrival;
    now = now_ns();
    struct timespec wait = timespec_of(wake > now ? wake - now : 0);
    struct epoll_event events[256];
    int n = epoll_pwait2(epoll_fd, events, 256, &wait, NULL);
    if (n < 0 && errno != EINTR) die("epoll_pwait2");
    for (int i = 0; i < n; i++) on_event(events[i].data.ptr, events[i].events);
  }
  if (!ended) take_sample(&at_end);
  if (at_start.time == 0) at_start = at_end;
  open_at_most = options.hold ? open_at_end : open_at_most;
}

static void print_quantiles(const char *name, const struct histogram *h) {
  printf(",\"%s\":{\"count\":%llu,\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f}", name,
         (unsigned long long)h->total, (double)histogram_quantile(h, 0.5) / 1e3, (double)histogram_quantile(h, 0.9) / 1e3,
         (double)histogram_quantile(h, 0.99) / 1e3, (double)histogram_quantile(h, 0.999) / 1e3, (double)h->max / 1e3);
}

static void print_results(void) {
  double window = (double)(at_end.time - at_start.time) / 1e9;
  double per = window > 0 ? 1 / window : 0;
  long tick_us = 1000000 / sysconf(_SC_CLK_TCK);
  printf("{\"event\":\"result\",\"loop\":\"%s\",\"stream\":%s,\"model\":\"%s\",\"body_bytes\":%ld,\"connections\":%ld,\"rate\":%.0f",
         options.hold ? "hold" : options.rate > 0 ? "open" : "closed", options.stream ? "true" : "false", options.model,
         options.body_bytes, options.connections, options.rate);
  printf(",\"window_s\":%.3f,\"requests\":%llu,\"requests_total\":%llu,\"errors\":%llu,\"failures\":{", window,
         (unsigned long long)requests_window, (unsigned long long)requests_total, (unsigned long long)errors);
  const char *comma = "";
  for (int i = 0; i < FAILURES; i++) {
    if (!failures[i]) continue;
    printf("%s\"%s\":%llu", comma, failure_names[i], (unsigned long long)failures[i]);
    comma = ",";
  }
  printf("},\"rps\":%.1f,\"events\":%llu,\"events_per_s\":%.1f,\"comments\":%llu,\"open\":%ld", (double)requests_window * per,
         (unsigned long long)events_window, (double)events_window * per, (unsigned long long)comments, open_at_most);
  print_quantiles("latency_us", &latency);
  if (options.stream) {
    print_quantiles("ttfb_us", &first_delta);
    print_quantiles("event_delay_us", &event_delay);
  }
  printf(",\"self_cpu_us\":%llu,\"watched\":[", (unsigned long long)(at_end.self_us - at_start.self_us));
  for (size_t i = 0; i < options.watch_count; i++) {
    bool alive = at_start.cpu_ticks[i] >= 0 && at_end.cpu_ticks[i] >= 0;
    printf("%s{\"pid\":%ld,\"alive\":%s,\"cpu_us\":%ld,\"rss_kb\":%ld}", i ? "," : "", options.watch[i], alive ? "true" : "false",
           alive ? (at_end.cpu_ticks[i] - at_start.cpu_ticks[i]) * tick_us : 0, at_end.rss_kb[i]);
  }
  printf("],\"cores\":[");
  for (size_t i = 0; i < options.core_count; i++) {
    double idle_us = (double)(at_end.idle_ticks[i] - at_start.idle_ticks[i]) * (double)tick_us;
    double busy_us = window * 1e6 - idle_us;
    printf("%s{\"core\":%ld,\"busy_us\":%.0f,\"steal_us\":%.0f}", i ? "," : "", options.cores[i], busy_us > 0 ? busy_us : 0,
           (double)(at_end.steal_ticks[i] - at_start.steal_ticks[i]) * (double)tick_us);
  }
  printf("]}\n");
}

static double decimal_argument(const char *name, const char *text, double most) {
  char *end = NULL;
  double value = strtod(text, &end);
  if (end == text || *end != '\0' || !(value >= 0 && value <= most)) {
    fprintf(stderr, "%s: '%s' is not a number from 0 to %.0f\n", name, text, most);
    exit(2);
  }
  return value;
}

static size_t list_argument(const char *name, char *text, long *to, size_t most, long largest) {
  size_t n = 0;
  for (char *part = strtok(text, ","); part; part = strtok(NULL, ",")) {
    if (n == most) {
      fprintf(stderr, "%s: more than %zu numbers\n", name, most);
      exit(2);
    }
    to[n++] = number_argument(name, part, 0, largest);
  }
  return n;
}

static void read_options(int argc, char **argv) {
  enum { PORT = 1, PATH, KEY, MODEL, HEADER, BODY, CONNECTIONS, RATE, SECONDS, RAMP, DRAIN, TIMEOUT, STREAM, HOLD, WATCH, CORES, SEED, MAX_ERRORS };
  static const struct option names[] = {
      {"port", 1, NULL, PORT}, {"path", 1, NULL, PATH}, {"key", 1, NULL, KEY}, {"model", 1, NULL, MODEL},
      {"header", 1, NULL, HEADER}, {"body", 1, NULL, BODY}, {"connections", 1, NULL, CONNECTIONS}, {"rate", 1, NULL, RATE},
      {"seconds", 1, NULL, SECONDS}, {"ramp", 1, NULL, RAMP}, {"drain", 1, NULL, DRAIN}, {"timeout", 1, NULL, TIMEOUT},
      {"stream", 0, NULL, STREAM}, {"hold", 0, NULL, HOLD}, {"watch", 1, NULL, WATCH}, {"cores", 1, NULL, CORES},
      {"seed", 1, NULL, SEED}, {"max-errors", 1, NULL, MAX_ERRORS}, {0}};
  for (int o; (o = getopt_long(argc, argv, "", names, NULL)) != -1;) switch (o) {
      case PORT: options.port = (uint16_t)number_argument("--port", optarg, 1, 65535); break;
      case PATH: options.path = optarg; break;
      case KEY: options.key = optarg; break;
      case MODEL: options.model = optarg; break;
      case HEADER:
        if (options.header_count == 8) {
          fprintf(stderr, "--header: more than 8\n");
          exit(2);
        }
        options.headers[options.header_count++] = optarg;
        break;
      case BODY: options.body_bytes = number_argument("--body", optarg, 512, 512 << 10); break;
      case CONNECTIONS: options.connections = number_argument("--connections", optarg, 1, MOST_CONNECTIONS); break;
      case RATE: options.rate = decimal_argument("--rate", optarg, 1e6); break;
      case SECONDS: options.seconds = decimal_argument("--seconds", optarg, 600); break;
      case RAMP: options.ramp = decimal_argument("--ramp", optarg, 600); break;
      case DRAIN: options.drain = decimal_argument("--drain", optarg, 600); break;
      case TIMEOUT: options.timeout = decimal_argument("--timeout", optarg, 600); break;
      case STREAM: options.stream = true; break;
      case HOLD: options.hold = options.stream = true; break;
      case WATCH: options.watch_count = list_argument("--watch", optarg, options.watch, MOST_WATCHED, 1l << 30); break;
      case CORES: options.core_count = list_argument("--cores", optarg, options.cores, MOST_CORES, 4096); break;
      case SEED: options.seed = (uint64_t)number_argument("--seed", optarg, 1, 1l << 40); break;
      case MAX_ERRORS: options.max_errors = number_argument("--max-errors", optarg, 1, 1000000); break;
      default:
        fprintf(stderr, "usage: load [--port N] [--path P] [--key K] [--model M] [--header 'Name: value']... [--body BYTES]\n"
                        "            [--stream] [--hold] [--connections N] [--rate PER_SECOND] [--seconds S] [--ramp S]\n"
                        "            [--drain S] [--timeout S] [--watch PID,...] [--cores N,...] [--seed N] [--max-errors N]\n");
        exit(2);
    }
  if (options.hold && options.rate > 0) {
    fprintf(stderr, "--hold opens its streams over --ramp seconds; --rate does not go with it\n");
    exit(2);
  }
}

int main(int argc, char **argv) {
  read_options(argc, argv);
  random_state = options.seed * 0x9e3779b97f4a7c15ull | 1;
  prctl(PR_SET_TIMERSLACK, 1000UL);
  prctl(PR_SET_PDEATHSIG, (unsigned long)SIGTERM);
  alarm((unsigned)(options.ramp + options.seconds + 2 * options.drain + 15));  // Whatever happens, it ends.
  all = calloc((size_t)options.connections, sizeof *all);
  idle = calloc((size_t)options.connections, sizeof *idle);
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (!all || !idle || epoll_fd < 0) die("start");
  for (long i = 0; i < options.connections; i++) all[i].fd = -1;
  if (!decode_string(COMPLETION_JSON, strlen(COMPLETION_JSON), &expected_completion) ||
      !decode_string(DELTA_JSON, strlen(DELTA_JSON), &expected_delta)) {
    fprintf(stderr, "load: the expected texts are no JSON\n");
    return 2;
  }
  build_request();
  run();
  print_results();
  return errors ? 1 : 0;
}
