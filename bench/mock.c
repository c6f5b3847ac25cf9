// A mock upstream that speaks openai-chat over HTTP/1.1: one thread, epoll, loopback only.
//
// What it answers is chosen by the field `model` of the body, because that is what a gateway forwards:
//   bench-chat              a completion of about 1 KB, or a stream without delay when `stream` is true
//   bench-stream-<N>ms      the same, N milliseconds before every event of a stream
//   bench-fault-<kind>      a planted fault, to prove that the driver sees it: short, nodone, cut, text, error
// A stream is 64 content chunks, a finish chunk, a usage chunk and [DONE], each written by its own send().
// Every content chunk carries the time of its send, so that the driver can tell how long it was under way.
#define _GNU_SOURCE
#include "common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_LIMIT (1u << 20)
#define OUT_SIZE 4096
#define MODEL_SIZE 64

enum fault { FAULT_NONE, FAULT_SHORT, FAULT_NODONE, FAULT_CUT, FAULT_TEXT, FAULT_ERROR };

struct connection {
  int fd;
  struct buffer in;         // the request as received, head first
  struct buffer body;       // the decoded body of a chunked request
  struct chunked chunked;
  size_t head_length;       // 0 until the empty line has arrived
  size_t body_length;
  size_t decoded;           // bytes of `in` behind the head that the chunk decoder has eaten
  bool is_chunked, close_after;

  char out[OUT_SIZE];       // what is being written; the next event waits until it is empty
  size_t out_length, out_sent;
  bool waits_for_room;      // EPOLLOUT is armed

  bool streaming;
  unsigned next_event;      // 0..63 content, 64 finish, 65 usage, 66 [DONE]
  uint64_t due, delay;
  size_t heap_index;        // place in `timers`, valid while `timed`
  bool timed;
  enum fault fault;
  char model[MODEL_SIZE];
  char event[1024];         // the prepared content chunk; only stamp and number change
  size_t event_length, stamp_at;
};

static int epoll_fd;
static const char *expected_key;  // NULL: the credential is not checked
static size_t connections, connection_limit = 10000;

// ---- timers: a binary heap of the streams that wait for their next event, the earliest first ----

static struct connection **timers;
static size_t timer_count;

static void timer_place(size_t i, struct connection *c) {
  timers[i] = c;
  c->heap_index = i;
}

static void timer_sift(size_t i) {
  struct connection *c = timers[i];
  while (i > 0 && timers[(i - 1) / 2]->due > c->due) {
    timer_place(i, timers[(i - 1) / 2]);
    i = (i - 1) / 2;
  }
  for (;;) {
    size_t child = 2 * i + 1;
    if (child >= timer_count) break;
    if (child + 1 < timer_count && timers[child + 1]->due < timers[child]->due) child++;
    if (timers[child]->due >= c->due) break;
    timer_place(i, timers[child]);
    i = child;
  }
  timer_place(i, c);
}

static void timer_set(struct connection *c, uint64_t due) {
  c->due = due;
  if (!c->timed) {
    c->timed = true;
    timer_place(timer_count++, c);
  }
  timer_sift(c->heap_index);
}

static void timer_clear(struct connection *c) {
  if (!c->timed) return;
  c->timed = false;
  struct connection *last = timers[--timer_count];
  if (last == c) return;
  timer_place(c->heap_index, last);
  timer_sift(last->heap_index);
}

// ---- the request: the top level of its JSON ----

struct request {
  char model[MODEL_SIZE];
  bool stream;
};

static const char *skip_space(const char *p, const char *end) {
  while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) p++;
  return p;
}

// From the opening quote to behind the closing one; NULL when it never closes.
static const char *skip_string(const char *p, const char *end) {
  const char *start = ++p;
  while (p < end) {
    const char *quote = memchr(p, '"', (size_t)(end - p));
    if (!quote) return NULL;
    const char *slash = quote;
    while (slash > start && slash[-1] == '\\') slash--;
    if ((quote - slash) % 2 == 0) return quote + 1;
    p = quote + 1;
  }
  return NULL;
}

static const char *skip_value(const char *p, const char *end) {
  size_t depth = 0;
  while (p < end) {
    if (*p == '"') {
      p = skip_string(p, end);
      if (!p || depth == 0) return p;
    } else if (*p == '{' || *p == '[') {
      depth++;
      p++;
    } else if (*p == '}' || *p == ']') {
      if (depth == 0) return p;  // the end of a number or a word
      p++;
      if (--depth == 0) return p;
    } else if (depth == 0 && (*p == ',' || *p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) {
      return p;
    } else {
      p++;
    }
  }
  return NULL;
}

static bool span_is(const char *from, const char *to, const char *text) {
  size_t n = strlen(text);
  return (size_t)(to - from) == n && memcmp(from, text, n) == 0;
}

// A model name goes into answers as it is, so only letters that need no escape are taken.
static bool copy_model(const char *from, const char *to, char *model) {
  if (to - from < 3 || to - from - 2 >= MODEL_SIZE) return false;
  from++, to--;
  for (const char *p = from; p < to; p++)
    if (*p < ' ' || *p > '~' || *p == '"' || *p == '\\') return false;
  memcpy(model, from, (size_t)(to - from));
  model[to - from] = '\0';
  return true;
}

static bool read_request(const char *p, const char *end, struct request *request) {
  p = skip_space(p, end);
  if (p == end || *p++ != '{') return false;
  for (;;) {
    p = skip_space(p, end);
    if (p == end || *p != '"') return false;
    const char *key = p;
    const char *key_end = skip_string(p, end);
    if (!key_end) return false;
    p = skip_space(key_end, end);
    if (p == end || *p++ != ':') return false;
    p = skip_space(p, end);
    const char *value = p;
    p = skip_value(p, end);
    if (!p || p == value) return false;
    if (span_is(key, key_end, "\"model\"")) {
      if (!copy_model(value, p, request->model)) return false;
    } else if (span_is(key, key_end, "\"stream\"")) {
      request->stream = span_is(value, p, "true");
    }
    p = skip_space(p, end);
    if (p == end) return false;
    if (*p == '}') return request->model[0] != '\0';
    if (*p++ != ',') return false;
  }
}

// ---- connections ----

static void close_connection(struct connection *c) {
  timer_clear(c);
  close(c->fd);
  buffer_free(&c->in);
  buffer_free(&c->body);
  free(c);
  connections--;
}

static void watch(struct connection *c, bool for_room) {
  if (c->waits_for_room == for_room) return;
  c->waits_for_room = for_room;
  struct epoll_event e = {.events = EPOLLIN | (for_room ? (uint32_t)EPOLLOUT : 0), .data.ptr = c};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, c->fd, &e) < 0) die("epoll_ctl");
}

// Writes what waits in `out` with one send(). False when the connection is broken.
static bool flush(struct connection *c) {
  while (c->out_sent < c->out_length) {
    ssize_t n = send(c->fd, c->out + c->out_sent, c->out_length - c->out_sent, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return false;
      watch(c, true);
      return true;
    }
    c->out_sent += (size_t)n;
  }
  c->out_length = c->out_sent = 0;
  watch(c, false);
  return true;
}

__attribute__((format(printf, 2, 3))) static void put(struct connection *c, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(c->out, sizeof c->out, format, arguments);
  va_end(arguments);
  if (n < 0 || (size_t)n >= sizeof c->out) {
    fprintf(stderr, "mock: an answer does not fit its buffer\n");
    exit(2);
  }
  c->out_length = (size_t)n;
  c->out_sent = 0;
}

static void put_json(struct connection *c, const char *status, const char *json) {
  put(c,
      "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
      "x-request-id: req_bench\r\nopenai-processing-ms: 1\r\n\r\n%s",
      status, strlen(json), json);
}

static void put_error(struct connection *c, const char *status, const char *message) {
  char json[512];
  snprintf(json, sizeof json, "{\"error\":{\"message\":\"%s\",\"type\":\"invalid_request_error\",\"code\":null}}", message);
  put_json(c, status, json);
}

static void put_completion(struct connection *c) {
  char json[2048];
  const char *text = c->fault == FAULT_TEXT ? "something else" : COMPLETION_JSON;
  int n = snprintf(json, sizeof json,
                   "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"%s\","
                   "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\",\"refusal\":null},"
                   "\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":412,"
                   "\"completion_tokens\":198,\"total_tokens\":610}}",
                   c->model, text);
  if (n < 0 || (size_t)n >= sizeof json) {
    fprintf(stderr, "mock: a completion does not fit its buffer\n");
    exit(2);
  }
  put_json(c, "200 OK", json);
}

#define CHUNK_START "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"%s\","

// Puts one server-sent event, framed as one chunk, into `to`. Returns its length.
__attribute__((format(printf, 3, 4))) static size_t frame(char *to, size_t size, const char *format, ...) {
  char data[900];
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(data, sizeof data, format, arguments);
  va_end(arguments);
  int total = n < 0 || (size_t)n >= sizeof data ? -1 : snprintf(to, size, "%x\r\ndata: %s\n\n\r\n", (unsigned)n + 8, data);
  if (total < 0 || (size_t)total >= size) {
    fprintf(stderr, "mock: an event does not fit its buffer\n");
    exit(2);
  }
  return (size_t)total;
}

static void prepare_content(struct connection *c, bool with_role) {
  const char *text = c->fault == FAULT_TEXT ? "something else" : DELTA_JSON;
  c->event_length = frame(c->event, sizeof c->event,
                          CHUNK_START "\"choices\":[{\"index\":0,\"delta\":{%s\"content\":\"t=%0*d #%02d %s\"},"
                                      "\"finish_reason\":null}]}",
                          c->model, with_role ? "\"role\":\"assistant\"," : "", STAMP_DIGITS, 0, 0, text);
  c->stamp_at = (size_t)(strstr(c->event, "\"content\":\"t=") - c->event) + strlen("\"content\":\"t=");
}

// Copies the prepared content chunk and writes the time and the number into it.
static void put_content(struct connection *c) {
  memcpy(c->out, c->event, c->event_length);
  char *stamp = c->out + c->stamp_at;
  uint64_t now = now_ns();
  for (int i = STAMP_DIGITS - 1; i >= 0; i--, now /= 10) stamp[i] = (char)('0' + now % 10);
  char *number = stamp + STAMP_DIGITS + 2;
  number[0] = (char)('0' + c->next_event / 10);
  number[1] = (char)('0' + c->next_event % 10);
  c->out_length = c->event_length;
  c->out_sent = 0;
}

// Writes the events that are due. False when the connection is to be closed.
static bool stream_on(struct connection *c, uint64_t now) {
  while (c->streaming && c->out_length == 0) {
    if (c->delay && now < c->due) {
      timer_set(c, c->due);
      return true;
    }
    unsigned event = c->next_event;
    if (c->fault == FAULT_CUT && event == CONTENT_CHUNKS / 2) return false;
    if (c->fault == FAULT_SHORT && event == CONTENT_CHUNKS - 1) event = c->next_event = CONTENT_CHUNKS;
    if (event < CONTENT_CHUNKS) {
      if (event <= 1) prepare_content(c, event == 0);  // Only the first chunk names the role.
      put_content(c);
    } else if (event == CONTENT_CHUNKS) {
      c->out_length = frame(c->out, sizeof c->out,
                            CHUNK_START "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}", c->model);
    } else if (event == CONTENT_CHUNKS + 1) {
      c->out_length = frame(c->out, sizeof c->out,
                            CHUNK_START "\"choices\":[],\"usage\":{\"prompt_tokens\":412,\"completion_tokens\":1280,"
                                        "\"total_tokens\":1692}}",
                            c->model);
    } else {
      put(c, "%s", c->fault == FAULT_NODONE ? "0\r\n\r\n" : "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n");
      c->streaming = false;
    }
    c->next_event++;
    // A late stream goes on from now: it does not make up for lost time with a burst.
    c->due = c->due + c->delay > now ? c->due + c->delay : now;
    if (!flush(c)) return false;
  }
  return true;
}

// `bench-stream-<N>ms`: N, at most a minute; 0 for every other name.
static uint64_t delay_of(const char *model) {
  unsigned ms = 0;
  int end = 0;
  if (sscanf(model, "bench-stream-%5ums%n", &ms, &end) != 1 || end == 0 || model[end] != '\0' || ms > 60000) return 0;
  return (uint64_t)ms * 1000000u;
}

static enum fault fault_of(const char *model) {
  static const char *const names[] = {"", "short", "nodone", "cut", "text", "error"};
  if (strncmp(model, "bench-fault-", 12) != 0) return FAULT_NONE;
  for (int i = FAULT_SHORT; i <= FAULT_ERROR; i++)
    if (strcmp(model + 12, names[i]) == 0) return (enum fault)i;
  return FAULT_ERROR;
}

static bool credential_is_right(const char *head, size_t length) {
  if (!expected_key) return true;
  size_t n = 0;
  const char *value = header_value(head, length, "authorization", &n);
  return value && n == 7 + strlen(expected_key) && strncasecmp(value, "Bearer ", 7) == 0 &&
         memcmp(value + 7, expected_key, n - 7) == 0;
}

// Answers one complete request. False when the connection is to be closed.
static bool answer(struct connection *c, const char *body, size_t body_length) {
  const char *head = c->in.data;
  const char *line_end = memchr(head, '\r', c->head_length);
  size_t line = line_end ? (size_t)(line_end - head) : 0;
  struct request request = {0};
  if (strncmp(head, "POST ", 5) != 0 || !memmem(head, line, "/chat/completions", 17)) {
    put_error(c, "404 Not Found", "only POST .../chat/completions is answered here");
  } else if (!credential_is_right(head, c->head_length)) {
    put_error(c, "400 Bad Request", "the upstream credential is missing or wrong");
  } else if (!read_request(body, body + body_length, &request)) {
    put_error(c, "400 Bad Request", "the body is not a chat request");
  } else if (strncmp(request.model, "bench-", 6) != 0) {
    put_error(c, "404 Not Found", "the model is unknown; was its name not rewritten?");
  } else {
    memcpy(c->model, request.model, sizeof c->model);
    c->fault = fault_of(c->model);
    if (c->fault == FAULT_ERROR) {
      put_error(c, "500 Internal Server Error", "a planted fault");
    } else if (!request.stream) {
      put_completion(c);
    } else {
      put(c, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"
             "x-request-id: req_bench\r\nopenai-processing-ms: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
      c->streaming = true;
      c->next_event = 0;
      c->delay = delay_of(c->model);
      uint64_t now = now_ns();
      c->due = now + c->delay;
      return flush(c) && stream_on(c, now);
    }
  }
  return flush(c);
}

// Answers the requests that have arrived whole. False when the connection is to be closed.
static bool serve(struct connection *c) {
  while (!c->streaming && c->out_length == 0) {
    if (c->close_after) return false;
    if (c->in.length == 0) return true;
    if (c->head_length == 0) {
      const char *end = memmem(c->in.data, c->in.length, "\r\n\r\n", 4);
      if (!end) return c->in.length < 16384;
      c->head_length = (size_t)(end - c->in.data) + 4;
      size_t n = 0;
      const char *value = header_value(c->in.data, c->head_length, "transfer-encoding", &n);
      c->is_chunked = value && value_is(value, n, "chunked");
      c->body_length = 0;
      value = header_value(c->in.data, c->head_length, "content-length", &n);
      if (!c->is_chunked && value && !parse_length(value, n, REQUEST_LIMIT - 16384, &c->body_length)) return false;
    }
    size_t arrived = c->in.length - c->head_length;
    const char *body = c->in.data + c->head_length;
    size_t body_length = c->body_length, used = c->body_length;
    if (c->is_chunked) {
      ptrdiff_t n = chunked_decode(&c->chunked, body + c->decoded, arrived - c->decoded, &c->body, REQUEST_LIMIT);
      if (n < 0) return false;
      c->decoded += (size_t)n;
      if (c->chunked.state != CHUNK_DONE) return true;
      body = c->body.data;
      body_length = c->body.length;
      used = c->decoded;
    } else if (arrived < c->body_length) {
      return true;
    }
    size_t n = 0;
    const char *value = header_value(c->in.data, c->head_length, "connection", &n);
    c->close_after = value && value_is(value, n, "close");
    if (!answer(c, body, body_length)) return false;
    buffer_consume(&c->in, c->head_length + used);
    c->head_length = c->decoded = c->body.length = 0;
    c->chunked = (struct chunked){0};
  }
  return true;
}

static bool receive(struct connection *c) {
  for (;;) {
    if (!buffer_reserve(&c->in, 4096, REQUEST_LIMIT)) return false;
    size_t room = c->in.capacity - c->in.length;
    ssize_t n = recv(c->fd, c->in.data + c->in.length, room, 0);
    if (n == 0) return false;
    if (n < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN;
    }
    c->in.length += (size_t)n;
    if (!serve(c)) return false;
    if ((size_t)n < room) return true;
  }
}

static void on_event(struct connection *c, uint32_t events) {
  bool alive = true;
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) alive = receive(c);
  if (alive && (events & EPOLLOUT)) alive = flush(c) && stream_on(c, now_ns()) && serve(c);
  if (!alive) close_connection(c);
}

static void accept_all(int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno == EAGAIN) return;
      die("accept4");
    }
    if (connections >= connection_limit) {
      fprintf(stderr, "mock: more than %zu connections, one refused\n", connection_limit);
      close(fd);
      continue;
    }
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *c = calloc(1, sizeof *c);
    if (!c) die("calloc");
    c->fd = fd;
    connections++;
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e) < 0) die("epoll_ctl");
  }
}

static void run_timers(void) {
  uint64_t now = now_ns();
  while (timer_count && timers[0]->due <= now) {
    struct connection *c = timers[0];
    timer_clear(c);
    if (!stream_on(c, now) || !serve(c)) close_connection(c);
  }
}

static int listen_on(uint16_t port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) die("socket");
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
  if (listen(fd, 4096) < 0) die("listen");
  return fd;
}

int main(int argc, char **argv) {
  uint16_t port = 19001;
  static const struct option options[] = {{"port", required_argument, NULL, 'p'},
                                          {"key", required_argument, NULL, 'k'},
                                          {"max-connections", required_argument, NULL, 'c'},
                                          {0}};
  for (int o; (o = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    if (o == 'p') port = (uint16_t)number_argument("--port", optarg, 1, 65535);
    else if (o == 'k') expected_key = optarg;
    else if (o == 'c') connection_limit = (size_t)number_argument("--max-connections", optarg, 1, 100000);
    else {
      fprintf(stderr, "usage: mock [--port N] [--key UPSTREAM_KEY] [--max-connections N]\n");
      return 2;
    }
  }
  prctl(PR_SET_TIMERSLACK, 1000UL);
  prctl(PR_SET_PDEATHSIG, (unsigned long)SIGTERM);  // The mock does not outlive the run that started it.
  timers = calloc(connection_limit, sizeof *timers);
  if (!timers) die("calloc");
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) die("epoll_create1");
  int listener = listen_on(port);
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &e) < 0) die("epoll_ctl");
  for (;;) {
    struct epoll_event events[256];
    struct timespec wait = {0};
    if (timer_count) {
      uint64_t now = now_ns();
      wait = timespec_of(timers[0]->due > now ? timers[0]->due - now : 0);
    }
    int n = epoll_pwait2(epoll_fd, events, 256, timer_count ? &wait : NULL, NULL);
    if (n < 0 && errno != EINTR) die("epoll_pwait2");
    for (int i = 0; i < n; i++) {
      if (events[i].data.ptr) on_event(events[i].data.ptr, events[i].events);
      else accept_all(listener);
    }
    run_timers();
  }
}
